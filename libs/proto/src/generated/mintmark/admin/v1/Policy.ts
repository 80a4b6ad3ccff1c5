// Original file: proto/mintmark/admin/v1/admin.proto


export interface Policy {
  'id'?: (string);
  'client'?: (string);
  'resource'?: (string);
  'scopes'?: (string)[];
}

export interface Policy__Output {
  'id': (string);
  'client': (string);
  'resource': (string);
  'scopes': (string)[];
}
