/** What one check found. */
export interface Finding {
  readonly outcome: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly detail: string;
  readonly fix?: string;
}

export interface Diagnosis extends Finding {
  readonly name: string;
}

export function ok(detail: string): Finding {
  return { outcome: 'ok', detail };
}

export function warning(detail: string, fix: string): Finding {
  return { outcome: 'warning', detail, fix };
}

export function failed(detail: string, fix: string): Finding {
  return { outcome: 'failed', detail, fix };
}

export function skipped(detail: string): Finding {
  return { outcome: 'skipped', detail };
}
