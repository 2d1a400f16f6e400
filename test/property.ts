import fc from 'fast-check';

/** CI tries more. The seed is another one each time, so that many runs of a few find what one run of many does. */
export const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 30);

fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: RUNS });

export { fc };
