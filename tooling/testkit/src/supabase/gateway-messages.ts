export interface GatewayRequest {
  readonly postgrestPort: number
  /** Every key that is accepted as `apikey`, and the JWT that stands for it behind the gateway. */
  readonly jwts: Readonly<Record<string, string>>
}

export interface GatewayAnswer {
  readonly url: string
}
