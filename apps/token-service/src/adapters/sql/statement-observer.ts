/** Called with each statement before it runs. Throwing stops the statement. */
export type StatementObserver = (sql: string) => void;
