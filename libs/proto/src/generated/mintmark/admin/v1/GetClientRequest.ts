// Original file: proto/mintmark/admin/v1/admin.proto


export interface GetClientRequest {
  'id'?: (string);
}

export interface GetClientRequest__Output {
  'id': (string);
}
