import { type Database, FailError } from '@honker/core';

export interface Summary {
  url: string;
  title: string;
  words: number;
}

export type Tasks = ReturnType<typeof defineTasks>;

/** Whoever calls a task and whoever runs it defines it, by this. */
export function defineTasks(db: Database) {
  return {
    // 30 and 2 would be usual: here both are small, to be watched.
    summarize: db.task('summarize', summarize, { queue: 'pages', timeoutS: 1, retries: 0 }),
    longest: db.task('longest', longest, { queue: 'pages' }),
  };
}

async function summarize(url: string): Promise<Summary> {
  // timeoutS ends the attempt, but can't end a function, so whatever it waits for has a limit of its own.
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
  if (response.status === 404) throw new FailError(`there is no page ${url}`); // no use to try again
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const html = await response.text();
  const title = /<h1>(.*?)<\/h1>/s.exec(html)?.[1] ?? '';
  const words = html.replaceAll(/<[^>]*>/g, ' ').match(/\S+/g) ?? [];
  return { url, title, words: words.length };
}

function longest(pages: Summary[]): Summary {
  const [first] = pages.toSorted((a, b) => b.words - a.words);
  if (first === undefined) throw new FailError('there are no pages to compare');
  return first;
}
