// Original file: proto/mintmark/keyset/v1/keyset.proto


export interface GetKeySetRequest {
}

export interface GetKeySetRequest__Output {
}
