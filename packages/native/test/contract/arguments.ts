import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';
import type { Kind } from './function-arguments.js';
import { functions } from './function-arguments.js';

/** What an argument must be, and the wrong values of it with what the error says of each. */
const kinds: Readonly<Record<string, readonly (readonly [value: string, message: RegExp])[]>> = {
  text: [
    ['1', /must be (JSON )?text.*, not an integer/],
    ['1.5', /must be (JSON )?text.*, not a real number/],
    ["x'31'", /must be (JSON )?text.*, not a blob/],
  ],
  name: [["CAST(x'6100' AS TEXT)", /must not contain a NUL character/]],
  JSON: [
    ["''", /must be valid JSON/],
    ["'{'", /must be valid JSON/],
    ["CAST(x'3100' AS TEXT)", /must be valid JSON/],
    ["CAST(x'22ff22' AS TEXT)", /must be valid JSON/],
  ],
  integer: [
    ["'1'", /must be a whole number, not text/],
    ["x'31'", /must be a whole number, not a blob/],
    ['1.5', /must be a whole number of at most 64 bits, not 1\.5/],
    ['9223372036854775808.0', /must be a whole number of at most 64 bits, not 9\.2/],
    ['-9223372036854777856.0', /must be a whole number of at most 64 bits, not -9\.2/],
    ['9e999', /must be a whole number of at most 64 bits, not Inf/],
  ],
  count: [
    ['-1', /must not be negative, but is -1/],
    ['-1.0', /must not be negative, but is -1/],
    ['-9223372036854775808', /must not be negative, but is -9223372036854775808/],
  ],
  flag: [['2', /must be 0 or 1/]],
  positive: [['0', /must be at least 1, not 0/]],
  time: [
    ['253402300800', /must be in the years 1 to 9999, as Unix seconds/],
    ['-62135596801', /must be in the years 1 to 9999, as Unix seconds/],
    ['9223372036854775807', /must be in the years 1 to 9999, as Unix seconds/],
  ],
  seconds: [
    [
      '9223372036854775807',
      /must be seconds from now that fit a 64-bit time, but is 9223372036854775807/,
    ],
  ],
  NULL: [['NULL', /must be .*, not NULL/]],
};

function wrongValues(kind: Kind): (readonly [string, RegExp])[] {
  const of: Readonly<Record<string, readonly string[]>> = {
    name: ['text', 'name'],
    text: ['text'],
    JSON: ['text', 'JSON'],
    integer: ['integer'],
    count: ['integer', 'count'],
    flag: ['integer', 'flag'],
    positive: ['integer', 'count', 'positive'],
    time: ['integer', 'time'],
    seconds: ['integer', 'count', 'seconds'],
  };
  const [base, nullable] = kind.split(' or ');
  const families = [...(of[base ?? ''] ?? []), ...(nullable ? [] : ['NULL'])];
  return families.flatMap((family) => kinds[family] ?? []);
}

export function argumentsOf(test: ContractTest): void {
  for (const [name, parameters] of Object.entries(functions)) {
    test(`${name}: a wrong argument is named, and nothing written`, async (db) => {
      await db.claimed();
      for (const [index, [parameter, kind]] of parameters.entries()) {
        for (const [value, message] of wrongValues(kind)) {
          const values = parameters.map(([, , sound], at) => (at === index ? value : sound));
          const text = new RegExp(`^${name}: ${parameter} ${message.source}`);
          await db.refused(`SELECT ${name}(${values.join(', ')})`, text);
        }
      }
      const many = Array.from({ length: parameters.length + 1 }, () => 'NULL').join(', ');
      await db.refused(
        `SELECT ${name}(${many})`,
        `wrong number of arguments to function ${name}()`,
      );
    });
  }

  test('whole REAL arguments are integers everywhere', async (db) => {
    await db.run("SELECT honker_enqueue('q', '1', 5.0, NULL, 1.0, 3.0, NULL)");
    expect(await db.json("SELECT honker_claim_batch('q', 'w', 1.0, 60.0)")).toHaveLength(1);
    expect(await db.value("SELECT honker_heartbeat(1.0, 'w', 60.0, 1.0)")).toBe(1);
    expect(await db.value("SELECT honker_heartbeat_batch('[1]', 'w', 60.0)")).toBe('[1]');
    expect(await db.value("SELECT honker_retry(1.0, 'w', 0.0, NULL, 1.0)")).toBe(1);
    await db.claim();
    expect(await db.value("SELECT honker_fail(1.0, 'w', NULL, 2.0)")).toBe(1);
    expect(await db.json('SELECT honker_dead_list(NULL, 0.0, 5.0)')).toHaveLength(1);
    expect(await db.value('SELECT honker_dead_requeue(1.0)')).toBe(2);
    expect(await db.json('SELECT honker_get_job(2.0)')).toMatchObject({ id: 2 });
    expect(await db.value('SELECT honker_cancel(2.0)')).toBe(1);
    expect(await db.value('SELECT honker_dead_purge(NULL, 0.0)')).toBe(0);
  });

  test('whole REAL arguments are integers in streams, schedules and the rest, too', async (db) => {
    await db.run(
      "SELECT honker_stream_publish('t', NULL, '1'), notify('c', '1'), honker_scheduler_register('s', 'q', '@every 10s', '1', 4.0, 60.0, 2.0)",
      'UPDATE _honker_scheduler_tasks SET next_fire_at = 1000',
    );
    for (const [call, result] of [
      ["json_array_length(honker_stream_read_since('t', 0.0, 9.0))", 1],
      ["honker_stream_save_offset('c', 't', 1.0)", 1],
      ["honker_stream_trim('t', 2.0)", 1],
      ['json_array_length(honker_notifications_since(0.0, 9.0))', 1],
      ['honker_notifications_prune(0.0, 9.0)', 1],
      ["honker_scheduler_update('s', NULL, NULL, 5.0, 70.0, 1.0, 3.0, 1.0)", 1],
      ['json_array_length(honker_scheduler_tick(1000.0))', 1],
      ["honker_cron_next_after('@every 1s', -1.0)", 0],
      ["honker_lock_acquire('l', 'o', 60.0) + honker_lock_renew('l', 'o', 60.0)", 2],
      ["honker_rate_limit_try('r', 1.0, 60.0)", 1],
      ['honker_rate_limit_sweep(86400.0)', 0],
      ["honker_result_save(1.0, '1', 60.0)", 1],
      ['honker_result_get(1.0)', '1'],
      ['honker_busy_timeout(5.0)', 5],
    ] as const) {
      expect(await db.value(`SELECT ${call}`), call).toBe(result);
    }
    expect(
      await db.row('SELECT priority, expires_s, max_attempts FROM _honker_scheduler_tasks'),
    ).toEqual([5, 70, 3]);
  });

  test('numbers that the client binds', async (db) => {
    await db.query('SELECT honker_enqueue(?, ?, ?, ?, ?, ?, ?)', 'q', '1', null, 0, -5, 2, 60);
    expect(
      await db.row('SELECT typeof(priority), priority, max_attempts FROM _honker_live'),
    ).toEqual(['integer', -5, 2]);
    await expect(db.query('SELECT honker_cancel(?)', 1.5)).rejects.toThrow(
      'honker_cancel: id must be a whole number',
    );
    await expect(db.query('SELECT honker_cancel(?)', 2 ** 63)).rejects.toThrow(
      /honker_cancel|OverflowError|Python/,
    );
  });

  test('-0.0 is 0, and -2^63 as REAL is an integer', async (db) => {
    await db.run("SELECT honker_enqueue('q', '1', -9223372036854775808.0, NULL, -0.0, NULL, NULL)");
    expect(await db.row('SELECT priority, run_at FROM _honker_live')).toEqual([
      0,
      -9223372036854775808n,
    ]);
  });

  test('honker_busy_timeout and honker_busy_limit take what an int holds', async (db) => {
    for (const name of ['honker_busy_timeout', 'honker_busy_limit']) {
      await db.refused(`SELECT ${name}(2147483648)`, `${name}: ms must be at most 2147483647`);
    }
  });

  test('honker_wal_autocheckpoint takes what an int holds 32 times', async (db) => {
    await db.refused(
      'SELECT honker_wal_autocheckpoint(67108864)',
      'honker_wal_autocheckpoint: pages must be at most 67108863',
    );
    expect(await db.value('SELECT honker_wal_autocheckpoint(67108863)')).toBe(67108863);
  });

  test('a long payload is cut in its error between characters', async (db) => {
    for (const payload of ['é'.repeat(100), `x${'é'.repeat(100)}`, `xx${'🎉'.repeat(100)}`]) {
      await db.refused(
        'SELECT honker_enqueue(?, ?, NULL, NULL, NULL, NULL, NULL)',
        `${[...payload].slice(0, 60).join('')}…`,
        'q',
        payload,
      );
    }
  });

  for (const name of ['honker_ack_batch', 'honker_heartbeat_batch']) {
    const call = `SELECT ${name}(?, 'w'${name.includes('heartbeat') ? ', 60' : ''})`;
    test(`${name} refuses all but an array of integers`, async (db) => {
      await db.claimed();
      for (const list of [
        '{}',
        '1',
        'null',
        '"[1]"',
        '["1"]',
        '[1.0]',
        '[1.5]',
        '[1e2]',
        '[true]',
        '[null]',
        '[[1]]',
        '[1,{}]',
        '[9223372036854775808]',
        '[-9223372036854775809]',
        '[99999999999999999999999]',
      ]) {
        await db.refused(call, `${name}: ids_json must be a JSON array of integers`, list);
      }
    });
    test(`${name} takes white space and both ends of 64 bits`, async (db) => {
      await db.value(call, ' [ 1 , 9223372036854775807,\n-9223372036854775808 , -0 ] ');
    });
  }
}
