import type { Report } from '../report.ts';

/** What the verdict says about one thing that is wrong; see `verdictSchema`. */
export type Finding = Report['verdict'][number];

/** All of a report but the verdict, which is made of the rest. */
export type Findable = Omit<Report, 'verdict'>;

/** Looks for one kind of trouble. */
export type Finder = (report: Findable) => Finding[];
