// Original file: proto/mintmark/admin/v1/admin.proto


export interface FieldChange {
  'name'?: (string);
  /**
   * JSON text; absent: there was none.
   */
  'before'?: (string);
  /**
   * JSON text; absent: there will be none.
   */
  'after'?: (string);
  '_before'?: "before";
  '_after'?: "after";
}

export interface FieldChange__Output {
  'name': (string);
  /**
   * JSON text; absent: there was none.
   */
  'before'?: (string);
  /**
   * JSON text; absent: there will be none.
   */
  'after'?: (string);
  '_before'?: "before";
  '_after'?: "after";
}
