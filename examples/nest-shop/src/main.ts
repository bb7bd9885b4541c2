/**
 * A small shop. `PORT=3000 DATABASE=shop.db npm start`, and in more processes with `ROLE=worker` or
 * `ROLE=producer`, as many as you like.
 */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
  // Without useProcessExit Nest ends the process by the same signal again, and its exit code isn't 0.
  app.enableShutdownHooks([], { useProcessExit: true });
  await app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
  console.log(`listening on ${await app.getUrl()}`);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
