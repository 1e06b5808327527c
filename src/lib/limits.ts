/** The largest message that is read, in bytes. Images and files travel inside messages. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** How many arrays and objects may stand in each other. Schemas nest deepest, and stay below a hundred. */
export const MAX_DEPTH = 512;
