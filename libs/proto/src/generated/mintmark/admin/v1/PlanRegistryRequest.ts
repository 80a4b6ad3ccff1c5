// Original file: proto/mintmark/admin/v1/admin.proto


export interface PlanRegistryRequest {
  /**
   * The declaration file, as it is: YAML or JSON.
   */
  'declaration'?: (string);
  /**
   * What problems call the file; empty means "declaration".
   */
  'fileName'?: (string);
  /**
   * What is not declared is removed.
   */
  'prune'?: (boolean);
}

export interface PlanRegistryRequest__Output {
  /**
   * The declaration file, as it is: YAML or JSON.
   */
  'declaration': (string);
  /**
   * What problems call the file; empty means "declaration".
   */
  'fileName': (string);
  /**
   * What is not declared is removed.
   */
  'prune': (boolean);
}
