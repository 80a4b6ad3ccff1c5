// Original file: proto/mintmark/admin/v1/admin.proto


export interface ListResourcesRequest {
  'limit'?: (number);
  'cursor'?: (string);
}

export interface ListResourcesRequest__Output {
  'limit': (number);
  'cursor': (string);
}
