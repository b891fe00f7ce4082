/** The records on `raw.pylon.v1` and `raw.cost.v1`: exactly one of the two is set. */
export interface RawDelivery {
  readonly v: 1;
  readonly dest: string;
  readonly workspace: string;
  /** Arrival, epoch ms, by the ingesting process. */
  readonly receivedAt: number;
  /** SHA-256 of `raw`, 32 bytes. */
  readonly sha256: Uint8Array;
  /** A fixed few (content-type, user-agent, traceparent), never credentials. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as received, verbatim. */
  readonly raw: Uint8Array;
}

/** "The endpoint was up at that instant": one per destination each 60 s while ingest serves. */
export interface RawHeartbeat {
  readonly dest: string;
  readonly workspace: string;
  readonly at: number;
}

export interface RawRecord {
  readonly delivery: RawDelivery | null;
  readonly heartbeat: RawHeartbeat | null;
}
