/** One picture of a moving one, and for how long it is seen. */
export interface Frame {
  /** A WebP file, as a browser takes it. */
  readonly webp: Buffer;
  readonly milliseconds: number;
}

const MAX_24_BITS = 0xff_ff_ff;

/**
 * Puts pictures of one size into one that moves, again and again.
 *
 * Source: WebP Container Specification, "Animation".
 */
export function movingPicture(
  frames: readonly Frame[],
  size: { readonly width: number; readonly height: number },
): Buffer {
  const canvas = Buffer.alloc(10);
  canvas[0] = 0b10; // It is animated.
  canvas.writeUIntLE(size.width - 1, 4, 3);
  canvas.writeUIntLE(size.height - 1, 7, 3);
  const loop = Buffer.from([255, 255, 255, 255, 0, 0]); // White behind, for ever.
  const chunks = [
    chunk("VP8X", canvas),
    chunk("ANIM", loop),
    ...frames.map((frame) => chunk("ANMF", framed(frame, size))),
  ];
  const body = Buffer.concat([Buffer.from("WEBP"), ...chunks]);
  return chunk("RIFF", body);
}

function framed(
  { webp, milliseconds }: Frame,
  { width, height }: { readonly width: number; readonly height: number },
): Buffer {
  const head = Buffer.alloc(16);
  head.writeUIntLE(width - 1, 6, 3);
  head.writeUIntLE(height - 1, 9, 3);
  head.writeUIntLE(Math.min(milliseconds, MAX_24_BITS), 12, 3);
  head[15] = 0b10; // Nothing of the frame before shines through.
  return Buffer.concat([head, ...pictureChunks(webp)]);
}

/** The chunks of a file that hold the picture itself, without its colour profile and what is known about it. */
function pictureChunks(webp: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 12; at + 8 <= webp.length; ) {
    const name = webp.toString("latin1", at, at + 4);
    const length = webp.readUInt32LE(at + 4);
    const end = at + 8 + length + (length % 2);
    if (["ALPH", "VP8 ", "VP8L"].includes(name)) found.push(webp.subarray(at, end));
    at = end;
  }
  if (found.length === 0) throw new Error("this is no picture in WebP");
  return found;
}

function chunk(name: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, "latin1");
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}
