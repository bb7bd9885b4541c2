import { HonkerModule, type HonkerRole } from '@honker/nestjs';
import { HonkerHealthIndicator } from '@honker/nestjs/terminus';
import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { ConfirmationProcessor } from './confirmation.processor.js';
import { DatabaseModule, ShopDatabase } from './database.module.js';
import { HealthController } from './health.controller.js';
import { OrderEvents } from './order-events.js';
import { OrdersController } from './orders.controller.js';
import { OrdersService } from './orders.service.js';
import { confirmation } from './queues.js';
import { Reports } from './reports.js';

@Module({
  imports: [
    DatabaseModule,
    TerminusModule,
    HonkerModule.forRootAsync({
      imports: [DatabaseModule],
      inject: [ShopDatabase],
      useFactory: ({ honker }: ShopDatabase) => ({
        database: honker,
        role: (process.env.ROLE ?? 'both') as HonkerRole,
      }),
    }),
    HonkerModule.registerQueue({ name: 'confirmations', schema: confirmation }),
    HonkerModule.registerStream({ topic: 'orders' }),
  ],
  controllers: [OrdersController, Reports, HealthController],
  providers: [OrdersService, OrderEvents, ConfirmationProcessor, HonkerHealthIndicator],
})
export class AppModule {}
