/** Where nginx is, or undefined. */
export function nginxPath(): string | undefined;
/** Gets it where that is possible. True when it is there. */
export function installLoadBalancer(): boolean;
