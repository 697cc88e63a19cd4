# Every word a user reads, in English. The same keys as fr.ftl, once each.

## Time
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
month-short-1 = Jan.
month-short-2 = Feb.
month-short-3 = March
month-short-4 = April
month-short-5 = May
month-short-6 = June
month-short-7 = July
month-short-8 = Aug.
month-short-9 = Sept.
month-short-10 = Oct.
month-short-11 = Nov.
month-short-12 = Dec.
period-week = week { $week } of { $year }
period-week-letter = W
period-quarter = quarter { $quarter } of { $year }
period-quarter-letter = Q

