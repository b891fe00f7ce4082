/** `sapwood`: the command line (ecosystem.md 11). stdout is data, stderr is talk. */
import { RuntimeError } from '@sapwood/runtime/errors';
import { Command, InvalidArgumentError } from 'commander';
import { EXIT, UserError } from './exit.ts';
import { ReplayError } from './replay/mapping.ts';

const DATA = './data';
const WINDOWS = '5m, 15m, 30m, 60m, 24h, bday, 7d, 28d, 90d; now: of what stands';

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new InvalidArgumentError('expected a whole number.');
  }
  return number;
}

/** A virtual clock that stands still or runs away shows nothing. */
const SPEED_MAX = 1_000;
function speed(text: string): number {
  const number = Number(text);
  if (number > 0 && number <= SPEED_MAX) return number;
  throw new InvalidArgumentError(`expected a number up to ${SPEED_MAX}.`);
}

const program: Command = new Command('sapwood')
  .description("The live layer of a support team's metric tree.")
  .option('--debug', 'show stack traces')
  .showHelpAfterError()
  .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.done : EXIT.usage));

program
  .command('start')
  .description('run everything in one process; a simulated tenant if no source is configured')
  .option('--config <file>', 'configuration (default: sapwood.yaml, if there is one)')
  .option('--data <dir>', 'folder of the embedded store')
  .option('--port <n>', 'web port, 0: any free one', wholeNumber)
  .option('--lan', 'let screens of the network pair')
  .option('--manual', 'no simulator: one source "by-hand", fed by sapwood hook')
  .action(async (options) => (await import('./commands/start.ts')).start(options));

program
  .command('demo')
  .description('the simulator with an incident, in a throw-away store')
  .option('--scenario <name>', 'calm, email-outage, cost-leak', 'email-outage')
  .option('--seed <n>', 'seed of the simulated tenant', wholeNumber, 7)
  .option('--speed <n>', 'how much faster than the clock', speed, 1)
  .option('--port <n>', 'web port, 0: any free one', wholeNumber)
  .action(async (options) => (await import('./commands/start.ts')).demo(options));

program
  .command('service')
  .argument('<name>', 'ingest, normalizer, aggregator, detector, gateway')
  .description('one service as a process of its own, on Kafka and Redis')
  .option('--config <file>', 'configuration (default: sapwood.yaml, if there is one)')
  .option('--data <dir>', 'folder of the workspace key')
  .option('--port <n>', 'web port, 0: any free one', wholeNumber)
  .action(async (name, options) => (await import('./commands/service.ts')).service(name, options));

program
  .command('cluster')
  .description('every service as its own process on one Kafka and Redis, with a simulated desk')
  .requiredOption('--data <dir>', 'folder of its configuration and secrets')
  .option('--port <n>', 'port of the wall, 0: any free one', wholeNumber, 0)
  .option('--seed <n>', 'seed of the simulated tenant', wholeNumber, 7)
  .action(async (options) => (await import('./commands/cluster.ts')).cluster(options));

program
  .command('simulate')
  .description('a simulated desk for services that run: its past, and with --url its webhooks')
  .option('--config <file>', 'configuration (default: sapwood.yaml, if there is one)')
  .option('--url <url>', 'address of ingest')
  .action(async (options) => (await import('./commands/simulate.ts')).simulate(options));

const topics = program.command('topics').description('the topics on Kafka');
topics
  .command('plan')
  .description('what apply would do')
  .option('--config <file>', 'configuration (default: sapwood.yaml, if there is one)')
  .action(async (options) => (await import('./commands/topics.ts')).plan(options));
topics
  .command('apply')
  .description('make what is missing, set what differs')
  .option('--config <file>', 'configuration (default: sapwood.yaml, if there is one)')
  .action(async (options) => (await import('./commands/topics.ts')).apply(options));
topics
  .command('check')
  .description('everything that is wrong, and the line to change')
  .option('--config <file>', 'configuration (default: sapwood.yaml, if there is one)')
  .action(async (options) => (await import('./commands/topics.ts')).check(options));
topics
  .command('register')
  .description('upload the schemas to a registry of your own, keeping their ids')
  .requiredOption('--url <url>', 'address of the registry')
  .option('--auth-file <file>', 'a file with the Authorization header, such as "Basic …"')
  .action(async (options) => (await import('./commands/topics.ts')).register(options));

program
  .command('metrics')
  .argument('[id]', 'one of them')
  .description('what every metric means, and what it is made of')
  .option('--json', 'as JSON')
  .action(async (id, options) => (await import('./commands/metrics.ts')).metrics(id, options));

program
  .command('hook')
  .description('sign a body from stdin and post it')
  .requiredOption('--url <url>', 'address of the webhook')
  .requiredOption('--secret-file <file>', 'file with the secret')
  .option('--header-file <file>', 'file with one line "Name: value"')
  .action(async (options) => (await import('./commands/hook.ts')).hook(options));

const costs = program.command('costs').description('what the desk costs, as a sheet (CSV)');
costs
  .command('import')
  .argument('<file>', 'cost sheet: CSV with a header')
  .description('tell a running ingest every entry that is new; nothing if a single line is wrong')
  .option('--check', 'only say what is wrong, or what would be new')
  .option('--config <file>', 'configuration (default: sapwood.yaml, if there is one)')
  .option('--data <dir>', 'folder of the embedded store')
  .option('--key <name>', 'which of costs.keys, if there are several')
  .option('--workspace <id>', 'if no key names it and the store has several')
  .option('--url <url>', 'address of ingest (default: http of the configuration)')
  .action(async (file, options) =>
    (await import('./commands/costs.ts')).importSheet(file, options),
  );
costs
  .command('list')
  .description('the entries in force: the highest revision of each, as a sheet')
  .option('--data <dir>', 'folder of the embedded store', DATA)
  .option('--config <file>', 'a file with Kafka and Redis in it: those instead of the folder')
  .option('--workspace <id>', 'if there are several')
  .option('--json', 'one line of JSON')
  .action(async (options) => (await import('./commands/costs.ts')).list(options));

const correct = program
  .command('correct')
  .description('say what the sources do not: who closed it, what is part of what, what is out');
const correcting = (command: Command): Command =>
  command
    .requiredOption('--reason <text>', 'why; kept for ever')
    .option('--by <who>', 'who says so')
    .option('--dry-run', 'only say what would change')
    .option('--config <file>', 'configuration (default: sapwood.yaml, if there is one)')
    .option('--data <dir>', 'folder of the embedded store')
    .option('--key <name>', 'which of costs.keys, if there are several')
    .option('--workspace <id>', 'if no key names it and the store has several')
    .option('--url <url>', 'address of ingest (default: http of the configuration)')
    .option('--json', 'a line of JSON for each change');
correcting(correct.command('retract').argument('<conversation>'))
  .option('--message <id>', 'only this message of it')
  .description('out of every number, until that is superseded')
  .action(async (conversation, { message = null, ...options }) =>
    (await import('./commands/correct.ts')).correct(
      { kind: 'retract', conversation, message },
      options,
    ),
  );
correcting(correct.command('merge').argument('<conversation>').requiredOption('--into <id>'))
  .description('it is part of another: counted once, from the earliest message of both')
  .action(async (conversation, { into, ...options }) =>
    (await import('./commands/correct.ts')).correct({ kind: 'merge', conversation, into }, options),
  );
correcting(correct.command('closed-by').argument('<conversation>').argument('<closer>'))
  .option('--at <instant>', 'the last close by then, RFC 3339 (default: by now)')
  .description(
    'human, customer, ai_agent, automation_silence, automation_rule, external_sync, bulk, merge, unknown',
  )
  .action(async (conversation, closedBy, options) =>
    (await import('./commands/correct.ts')).correct(
      { kind: 'closed_by', conversation, closedBy },
      options,
    ),
  );
correcting(correct.command('author-kind').argument('<author>').argument('<kind>'))
  .description('who writes under that id is a customer, human, bot or automation')
  .action(async (author, is, options) =>
    (await import('./commands/correct.ts')).correct({ kind: 'author_kind', author, is }, options),
  );
correcting(correct.command('supersede').argument('<correction>'))
  .description('that correction no longer holds, as if it had never been said')
  .action(async (correction, options) =>
    (await import('./commands/correct.ts')).correct({ kind: 'supersede', correction }, options),
  );
correct
  .command('list')
  .description('every correction, and whether it is in force')
  .option('--data <dir>', 'folder of the embedded store', DATA)
  .option('--config <file>', 'a file with Kafka and Redis in it: those instead of the folder')
  .option('--workspace <id>', 'if there are several')
  .option('--json', 'a line of JSON for each')
  .action(async (options) => (await import('./commands/correct.ts')).list(options));

program
  .command('replay')
  .argument('<file>', 'event log: CSV, gzip accepted')
  .description('drive the whole path with an event log, on the virtual clock')
  .requiredOption('--mapping <yaml>', 'what the columns mean')
  .requiredOption('--data <dir>', 'folder of the embedded store')
  .option('--resume', 'go on where an interrupted replay stopped')
  .option('--limit <rows>', 'only the first rows', wholeNumber)
  .option('--json', 'the last line of stdout is the result as JSON')
  .action(async (file, options) => (await import('./commands/replay.ts')).replay(file, options));

program
  .command('verify')
  .description('the fold against the oracle, the stored state and the published values')
  .option('--data <dir>', 'folder of the embedded store', DATA)
  .option('--config <file>', 'a file with Kafka and Redis in it: those instead of the folder')
  .option('--seed <n>', 'seed of the instants', wholeNumber, 1)
  .option('--json', 'one line of JSON')
  .action(async (options) => (await import('./commands/verify.ts')).verify(options));

program
  .command('counts')
  .description('all-time number of each transition and fate')
  .option('--data <dir>', 'folder of the embedded store', DATA)
  .option('--config <file>', 'a file with Kafka and Redis in it: those instead of the folder')
  .option('--workspace <id>', 'if there are several')
  .option('--json', 'one line of JSON')
  .action(async (options) => (await import('./commands/counts.ts')).counts(options));

program
  .command('get')
  .argument('<key>', 'series key, e.g. conversation-volume{channel=email}')
  .description('the honest value of a series, now or as of an instant')
  .option('--window <code>', WINDOWS, '60m')
  .option('--clock <name>', 'wall or business; left out: that of the headline')
  .option('--at <instant>', 'RFC 3339')
  .option('--data <dir>', 'folder of the embedded store', DATA)
  .option('--config <file>', 'a file with Kafka and Redis in it: those instead of the folder')
  .option('--workspace <id>', 'if there are several')
  .option('--json', 'one line of JSON')
  .action(async (key, options) => (await import('./commands/get.ts')).get(key, options));

program
  .command('explain')
  .argument('<key>', 'series key, e.g. first-response-time{team=t1}')
  .description('what a value is made of: each event, wait and cost, and what was left out')
  .option('--window <code>', WINDOWS, '24h')
  .option('--clock <name>', 'wall or business; left out: that of the headline')
  .option('--at <instant>', 'RFC 3339')
  .option('--limit <n>', 'parts of it to show, at most 1000', '100')
  .option('--after <cursor>', 'go on where the last page ended')
  .option('--data <dir>', 'folder of the embedded store', DATA)
  .option('--config <file>', 'a file with Kafka and Redis in it: those instead of the folder')
  .option('--workspace <id>', 'if there are several')
  .option('--json', 'one line of JSON')
  .action(async (key, options) => (await import('./commands/explain.ts')).explain(key, options));

program
  .command('backup')
  .argument('<file>', 'the copy to be made')
  .description('a checked copy of the store, beside a running start')
  .option('--data <dir>', 'folder of the embedded store', DATA)
  .action(async (file, options) => (await import('./commands/backup.ts')).backup(file, options));

program
  .command('migrate')
  .description('move an embedded store to Kafka and Redis; goes on if it was interrupted')
  .requiredOption('--config <file>', 'a file with Kafka and Redis in it')
  .option('--data <dir>', 'folder of the embedded store', DATA)
  .action(async (options) => (await import('./commands/migrate.ts')).migrate(options));

program
  .command('clock')
  .description('the clock that stamps facts')
  .command('accept')
  .option('--data <dir>', 'folder of the embedded store', DATA)
  .option('--config <file>', 'a file with Kafka and Redis in it: those instead of the folder')
  .description('a log ahead of this clock is right: start all the same')
  .action(async (options) => (await import('./commands/clock.ts')).accept(options));

program
  .command('doctor')
  .description('is what it rests on as it has to be? Each finding with its remedy')
  .option('--config <file>', 'configuration (default: sapwood.yaml, if there is one)')
  .option('--json', 'a line of JSON for each finding')
  .action(async (options) => (await import('./commands/doctor.ts')).doctor(options));

const config = program.command('config').description('the configuration file');
config
  .command('check')
  .argument('<file>')
  .description('every mistake at once, with file, line and column')
  .action(async (file) => (await import('./commands/config.ts')).check(file));
config
  .command('print')
  .option('--config <file>')
  .description('where each value comes from; secrets stay hidden')
  .action(async (options) => (await import('./commands/config.ts')).show(options));

const tree = program.command('tree').description('a tree file, before it steers anything');
tree
  .command('check')
  .argument('<file>')
  .description('every mistake at once, with file, line and column; and what will be unknown')
  .option('--currency <code>', 'the reported one: money in another must be a benchmark')
  .action(async (file, options) => (await import('./commands/tree.ts')).check(file, options));
tree
  .command('diff')
  .argument('<old>')
  .argument('<new>')
  .description('nodes, edges, targets, owners that differ, and what it means for keys and history')
  .option('--json', 'one line of JSON')
  .action(async (old, next, options) =>
    (await import('./commands/tree.ts')).diff(old, next, options),
  );
tree
  .command('graph')
  .argument('<file>')
  .description('the tree as text that other tools draw')
  .option('--format <name>', 'mermaid, dot', 'mermaid')
  .action(async (file, options) => (await import('./commands/tree.ts')).graph(file, options));
tree
  .command('schema')
  .description('the JSON Schema by which an editor completes and checks a tree file')
  .action(async () => (await import('./commands/tree.ts')).schema());

/** What went wrong, in plain words; the stack only if asked for. */
function tell(error: unknown): number {
  const known = error instanceof UserError || error instanceof ReplayError;
  if (known || error instanceof RuntimeError) {
    console.error(error.message);
    return error instanceof UserError ? error.exitCode : EXIT.usage;
  }
  const { message, stack } = error as Error;
  console.error(program.opts()['debug'] ? stack : `Unexpected: ${message} (--debug shows where)`);
  return EXIT.unexpected;
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = tell(error);
}
