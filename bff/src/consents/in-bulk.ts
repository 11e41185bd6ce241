/** So many questions are asked one by one; with more of them due, one list answers for less. */
export const FEW = 20;

/** How long what is due waits for a list to answer it, before it is asked by id after all. */
export const LIST_PATIENCE_MS = 15_000;
