// Original file: proto/mintmark/token/v1/token.proto


export interface RevokeTokenResponse {
}

export interface RevokeTokenResponse__Output {
}
