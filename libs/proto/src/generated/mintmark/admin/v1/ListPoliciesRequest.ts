// Original file: proto/mintmark/admin/v1/admin.proto


export interface ListPoliciesRequest {
  'limit'?: (number);
  'cursor'?: (string);
}

export interface ListPoliciesRequest__Output {
  'limit': (number);
  'cursor': (string);
}
