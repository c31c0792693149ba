/**
 * A failure that the person at the terminal can do something about: its message is all they see, without a stack.
 */
export class BootstrapFailure extends Error {}
