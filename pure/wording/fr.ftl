# Tous les mots que lit un utilisateur, en français. Même clés que en.ftl, une seule fois chacune.

## Temps
month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre
month-short-1 = janv.
month-short-2 = févr.
month-short-3 = mars
month-short-4 = avr.
month-short-5 = mai
month-short-6 = juin
month-short-7 = juil.
month-short-8 = août
month-short-9 = sept.
month-short-10 = oct.
month-short-11 = nov.
month-short-12 = déc.
period-week = semaine { $week } de { $year }
period-week-letter = S
period-quarter = { $quarter }e trimestre { $year }
period-quarter-letter = T

