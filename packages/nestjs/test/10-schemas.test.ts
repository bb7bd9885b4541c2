import type { Job, StreamEvent } from '@honker/core';
import { HonkerModule, OnStream, Processor, WorkerHost } from '@honker/nestjs';
import { Injectable } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Gate } from '../../core/test/gate.js';
import { start } from './application.js';

const schema = z.object({ to: z.email() });
type Email = z.infer<typeof schema>;

describe('a Standard Schema', () => {
  it('on a queue checks what is enqueued, and what is handled', async () => {
    const handled = new Gate<Email>();

    @Processor('emails')
    class Emails extends WorkerHost<Email> {
      process({ payload }: Job<Email>) {
        handled.open(payload);
      }
    }

    const test = await start({
      imports: [HonkerModule.registerQueue({ name: 'emails', schema })],
      providers: [Emails],
    });
    const emails = test.queue('emails');
    expect(() => emails.enqueue({ to: 'nobody' })).toThrow('email');
    test.run(`INSERT INTO _honker_live (queue, payload) VALUES ('emails', '{"to":"nobody"}')`);
    emails.enqueue({ to: 'a@example.com' });
    expect(await handled.opened).toEqual({ to: 'a@example.com' });
    await test.until(() => test.dead().length === 1);
    expect(test.dead()[0]?.last_error).toContain('schema');
  });

  it('on a stream checks what is published, and what @OnStream reads', async () => {
    @Injectable()
    class Reader {
      @OnStream('emails', { consumer: 'reader' })
      onEmail(_: StreamEvent<Email>) {
        throw new Error('must not be called');
      }
    }

    const test = await start({
      imports: [HonkerModule.registerStream({ topic: 'emails', schema })],
      providers: [Reader],
    });
    const refused = new Gate();
    test.logs.onLine = () => {
      if (test.logs.of('error').length > 0) refused.open();
    };
    test.run(`INSERT INTO _honker_stream (topic, payload) VALUES ('emails', '{"to":"nobody"}')`);
    await refused.opened;
    expect(test.logs.of('error')[0]).toContain(`@OnStream('emails'): SchemaError: `);
    // It looks again after a pause, not at once: nothing else is told while this commits and wakes.
    for (let n = 0; n < 5; n++) {
      const commits = test.db.updateEvents();
      test.db.notify('c', n);
      await commits.next();
      await commits.return();
    }
    expect(test.logs.of('error')).toHaveLength(1);
  });
});
