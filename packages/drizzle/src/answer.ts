/** What an asynchronous driver answers with, whatever the types of the synchronous classes say. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined | null)?.then === 'function';
}

/** Maps an answer, or what the promise of it comes to. */
export function whenAnswered<Answer, Result>(
  answer: Answer,
  map: (answer: Answer) => Result,
): Result {
  return isPromise(answer) ? (answer.then((value) => map(value as Answer)) as Result) : map(answer);
}
