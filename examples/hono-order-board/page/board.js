// Shows the board as it is, then each change as it comes. A change that is shown already changes nothing.
const element = (id) => document.getElementById(id);

/** The row of a list for a key, made where it is missing. */
function row(list, key, text) {
  let item = element(list).querySelector(`[data-key="${key}"]`);
  if (item === null) {
    item = document.createElement('li');
    item.dataset.key = key;
    element(list).prepend(item);
  }
  item.textContent = text;
  return item;
}

function remove(list, key) {
  element(list).querySelector(`[data-key="${key}"]`)?.remove();
}

function showOrder({ id, customer, item, state }) {
  const shown = row('orders', id, `#${id} ${item} for ${customer}: ${state}`);
  shown.dataset.text = `#${id} ${item} for ${customer}`;
  shown.className = state;
}

function showJob(orderId) {
  row('jobs', orderId, `pack #${orderId}`);
}

function showDead(orderId, jobId, error) {
  const item = row('dead', orderId, `#${orderId}: ${error} `);
  const button = document.createElement('button');
  button.textContent = 'Try again';
  button.onclick = async () => {
    const path = `honker/queues/packing/dead/${jobId}/requeue`;
    const response = await fetch(path, { method: 'POST' });
    // 404: somebody else was faster.
    if (response.ok || response.status === 404) {
      remove('dead', orderId);
      showJob(orderId);
    }
  };
  item.append(button);
}

const show = {
  placed({ order }) {
    showOrder(order);
    showJob(order.id);
  },
  packed({ orderId }) {
    remove('jobs', orderId);
    remove('dead', orderId);
    const order = element('orders').querySelector(`[data-key="${orderId}"]`);
    if (order === null) return;
    order.textContent = `${order.dataset.text}: packed`;
    order.className = 'packed';
  },
  failed({ orderId, jobId, error }) {
    remove('jobs', orderId);
    showDead(orderId, jobId, error);
  },
};

element('order').onsubmit = async (event) => {
  event.preventDefault();
  const order = Object.fromEntries(new FormData(event.target));
  await fetch('orders', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(order),
  });
  event.target.reset();
};

const board = await (await fetch('board')).json();
for (const order of board.orders.reverse()) showOrder(order);
for (const { payload } of board.jobs) showJob(payload.orderId);
for (const { id, payload, lastError } of board.dead) showDead(payload.orderId, id, lastError);

const changes = new EventSource(`changes?lastEventId=${board.offset}`);
changes.onopen = () => {
  element('connection').textContent = 'live';
};
changes.onerror = () => {
  element('connection').textContent = 'reconnecting';
};
changes.onmessage = ({ data }) => {
  const change = JSON.parse(data);
  show[change.type](change);
};
