// Original file: proto/mintmark/admin/v1/admin.proto


export interface GetKeyUsersRequest {
  'kid'?: (string);
}

export interface GetKeyUsersRequest__Output {
  'kid': (string);
}
