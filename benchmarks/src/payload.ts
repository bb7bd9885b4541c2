export interface Payload {
  to: string;
  template: string;
  locale: string;
  orderId: number;
}

/** About 100 bytes of JSON. */
export function payloadOf(orderId: number): Payload {
  return {
    to: `customer-${orderId}@example.com`,
    template: 'order-confirmation',
    locale: 'en-GB',
    orderId,
  };
}

export function payloadsOf(count: number): Payload[] {
  return Array.from({ length: count }, (_, index) => payloadOf(index));
}
