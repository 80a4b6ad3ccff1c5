// Original file: proto/mintmark/keyset/v1/keyset.proto


export interface Goodbye {
}

export interface Goodbye__Output {
}
