// Original file: proto/mintmark/admin/v1/admin.proto


export interface ExportRegistryResponse {
  /**
   * YAML.
   */
  'declaration'?: (string);
}

export interface ExportRegistryResponse__Output {
  /**
   * YAML.
   */
  'declaration': (string);
}
