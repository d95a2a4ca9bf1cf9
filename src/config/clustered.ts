// Whether this server is one of several.

/** @param config the settings; REDIS_URL may not be among them */
export const isClustered = (config: object): boolean => 'REDIS_URL' in config && config.REDIS_URL !== ''
