import 'reflect-metadata';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Job, Queue } from '@honker/core';
import {
  Cron,
  Every,
  getQueueToken,
  HonkerModule,
  type HonkerModuleOptions,
  Processor,
  WorkerHost,
} from '@honker/nestjs';
import { drain, HonkerTestingModule } from '@honker/nestjs/testing';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

interface Email {
  to: string;
}

@Processor('emails', { concurrency: 2 })
class EmailProcessor extends WorkerHost<Email> {
  async process(job: Job<Email>, signal: AbortSignal): Promise<void> {
    assert.equal(signal.aborted, false);
    assert.equal(job.payload.to, 'alice@example.com');
  }
}

export async function run(): Promise<void> {
  const app = await start(HonkerModule.forRoot({ database: 'nestjs.db' }));
  const emails = app.get<Queue<Email>>(getQueueToken('emails'));
  emails.enqueue({ to: 'alice@example.com' });
  await once(app.get(EmailProcessor).worker, 'completed');
  await app.close();

  const test = await start(HonkerTestingModule.forRoot());
  test.get<Queue<Email>>(getQueueToken('emails')).enqueue({ to: 'alice@example.com' });
  assert.equal((await drain(test)).completed.length, 1);
  await test.close();
}

async function start(root: DynamicModule) {
  const imports = [root, HonkerModule.registerQueue({ name: 'emails' })];

  @Module({ imports, providers: [EmailProcessor] })
  class AppModule {}
  return await NestFactory.createApplicationContext(AppModule, { logger: ['error'] });
}

export function types(): void {
  const options: HonkerModuleOptions = { database: 'app.db', role: 'producer' };
  void [HonkerModule.forRoot(options), Cron('@daily'), Every('5s')];
  // @ts-expect-error an interval has a unit
  Every(5000);
  // @ts-expect-error there is no such role
  HonkerModule.forRoot({ database: 'app.db', role: 'reader' });
  // @ts-expect-error a processor says what it does
  class Idle extends WorkerHost<Email> {}
  void Idle;
}
