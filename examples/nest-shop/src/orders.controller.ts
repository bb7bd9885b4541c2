import {
  BadRequestException,
  Body,
  Controller,
  Get,
  Headers,
  type MessageEvent,
  Param,
  ParseIntPipe,
  Post,
  Sse,
} from '@nestjs/common';
import type { Observable } from 'rxjs';
import { OrderEvents } from './order-events.js';
import { newOrder, OrdersService } from './orders.service.js';

@Controller('orders')
export class OrdersController {
  constructor(
    private readonly orders: OrdersService,
    private readonly events: OrderEvents,
  ) {}

  @Post()
  place(@Body() body: unknown) {
    const { data, error } = newOrder.safeParse(body);
    if (error) throw new BadRequestException(error.issues);
    return this.orders.place(data);
  }

  @Sse('events')
  stream(@Headers('last-event-id') last = '0'): Observable<MessageEvent> {
    return this.events.after(Number(last));
  }

  @Get(':id')
  find(@Param('id', ParseIntPipe) id: number) {
    return this.orders.find(id);
  }
}
