// Original file: proto/mintmark/admin/v1/admin.proto


export interface TimelineEntry {
  'at'?: (string);
  'transition'?: (string);
  /**
   * Absent: a key that is not made yet.
   */
  'kid'?: (string);
  'why'?: (string);
  '_kid'?: "kid";
}

export interface TimelineEntry__Output {
  'at': (string);
  'transition': (string);
  /**
   * Absent: a key that is not made yet.
   */
  'kid'?: (string);
  'why': (string);
  '_kid'?: "kid";
}
