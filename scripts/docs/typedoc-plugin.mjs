/** What typedoc can't know: the order of the pages and their titles, and which of core's names belong together. */
import { basename, dirname, join } from 'node:path';
import { Application, Comment, CommentTag, Converter, ReflectionKind } from 'typedoc';
import { linkedFiles } from './links.mjs';
import { root } from './places.mjs';

/** The files that declare them: each has one concept. Shown in this order. */
const CATEGORIES = {
  Database: ['open', 'database', 'transaction', 'session', 'commit-events', 'metrics'],
  Queues: ['queue', 'enqueue-options', 'queue-stats', 'job', 'job-record', 'dead-letters', 'claim'],
  Workers: ['worker', 'worker-events', 'work-options', 'handler-runner', 'execution'],
  Streams: ['stream', 'stream-event', 'stream-stats', 'subscription', 'follow'],
  Channels: ['channel'],
  Scheduler: ['scheduler'],
  'Tasks, results, outbox': ['task', 'task-runner', 'result', 'outbox'],
  Locks: ['lock'],
  Schemas: ['standard-schema'],
  Errors: ['errors', 'handler-errors', 'schema-error', 'binary'],
  Drivers: ['adopt', 'better-sqlite3', 'bun-sqlite', 'node-sqlite', 'connection'],
  'Behind an asynchronous ORM': ['async-database', 'async-queue'],
};

const KINDS =
  ReflectionKind.Class |
  ReflectionKind.Interface |
  ReflectionKind.TypeAlias |
  ReflectionKind.Function;

/** @param {import('typedoc').Application} app */
export function load(app) {
  const index = join(root, 'docs/README.md');
  const docs = linkedFiles(index).filter((file) => dirname(file) === dirname(index));
  app.on(Application.EVENT_BOOTSTRAP_END, () => {
    app.options.setValue('projectDocuments', [index, ...docs]);
    const options = app.options.getValue('packageOptions');
    app.options.setValue('packageOptions', { ...options, categoryOrder: Object.keys(CATEGORIES) });
  });
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
    const heading = document.content[0];
    const [line, title] = /^# (.*)\n+/.exec(heading.text) ?? [];
    document.name = title;
    heading.text = heading.text.slice(line.length);
  });
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    // The entry point has no name, until it becomes the package. Of `adapter` and `testing` there are few.
    const isOfIndex =
      context.project.packageName === '@honker/core' && reflection.parent?.name === '';
    if (isOfIndex && reflection.kindOf(KINDS)) categorize(context, reflection);
  });
}

function categorize(context, reflection) {
  const [declaration] = context.getSymbolFromReflection(reflection)?.declarations ?? [];
  const file = declaration?.getSourceFile().fileName ?? '';
  const concept = basename(file).replace(/(\.d)?\.ts$/, '');
  const [category] = Object.entries(CATEGORIES).find(([, files]) => files.includes(concept)) ?? [];
  if (category === undefined) throw new Error(`${reflection.name} has no category: ${concept}.ts`);
  reflection.comment ??= new Comment();
  const text = [{ kind: 'text', text: category }];
  reflection.comment.blockTags.push(new CommentTag('@category', text));
}
