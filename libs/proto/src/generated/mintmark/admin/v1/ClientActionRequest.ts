// Original file: proto/mintmark/admin/v1/admin.proto


/**
 * Of DisableClient and EnableClient.
 */
export interface ClientActionRequest {
  'id'?: (string);
  'plan'?: (boolean);
}

/**
 * Of DisableClient and EnableClient.
 */
export interface ClientActionRequest__Output {
  'id': (string);
  'plan': (boolean);
}
