/** Configuration: `loadConfig` for every process, `printConfig` for people. */
export { compileCalendar } from './config/calendar.ts';
export {
  DEFAULT_CONFIG_FILE,
  type LoadedConfig,
  type LoadResult,
  loadConfig,
} from './config/load.ts';
export { type PrintedSetting, printConfig, printedSettings } from './config/print.ts';
export { slaPolicyOf } from './config/sla.ts';
export { type ReadTree, readTreeFile, readTrees, splitTreeName } from './config/tree-file.ts';
export { treeSchemaText } from './config/tree-schema.ts';
export type {
  Config,
  KafkaConfig,
  RedisConfig,
  SchemeConfig,
  SourceConfig,
  WorkspaceSettings,
} from './config/types.ts';
export { SPAM } from './config/types.ts';
export { wrongWords } from './config/wrong.ts';
export { parseYamlFile } from './config/yaml-file.ts';
