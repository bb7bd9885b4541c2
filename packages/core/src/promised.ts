/** Some methods of a class, answering with promises. */
export type PromisedMethods<Class, Methods extends keyof Class> = {
  [Method in Methods]: Class[Method] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Result>
    : never;
};

/** A class, those of its methods answering with promises that ask the database. */
export type Promised<Class, Methods extends keyof Class> = Omit<Class, Methods> &
  PromisedMethods<Class, Methods>;
