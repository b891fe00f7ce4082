/** What an adapter has to know of a topic. */
export interface TopicFacts {
  readonly name: string;
  readonly retention: 'delete' | 'compact';
}
