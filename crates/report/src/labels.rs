//! Every fixed text in four languages, side by side: a row that lacks one does not compile.
//!
//! `{n}` stands for a value; `{n:one|many}` picks the form for the number `n` (two forms in English and French, three
//! in Ukrainian and Russian).

use crate::Language;

macro_rules! labels {
    ($($key:ident: [$en:literal, $uk:literal, $ru:literal, $fr:literal],)+) => {
        /// The texts of one language.
        pub(crate) struct Labels { $(pub(crate) $key: &'static str,)+ }

        impl Labels {
            /// The texts of a language.
            pub(crate) const fn of(language: Language) -> Self {
                match language {
                    Language::En => Self { $($key: $en,)+ },
                    Language::Uk => Self { $($key: $uk,)+ },
                    Language::Ru => Self { $($key: $ru,)+ },
                    Language::Fr => Self { $($key: $fr,)+ },
                }
            }

            /// Name and text of each, for templates.
            pub(crate) fn entries(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($key), self.$key),)+]
            }
        }
    };
}

labels! {
    title_daily: ["Daily report", "Щоденний звіт", "Ежедневный отчёт", "Rapport quotidien"],
    title_period: ["Report of the period", "Звіт за період", "Отчёт за период", "Rapport de période"],
    title_coverage: ["Coverage report", "Звіт про покриття", "Отчёт о покрытии", "Rapport de couverture"],
    title_commitments: ["Book of the guarantees", "Книга гарантій", "Книга гарантий", "Registre des garanties"],
    title_incident: ["Incident sheet", "Картка інциденту", "Карточка инцидента", "Fiche d’incident"],
    made_up: ["Made-up mission. Nothing in this report happened.", "Вигадана місія. Нічого з описаного у звіті не відбувалося.", "Вымышленная миссия. Ничего из описанного в отчёте не происходило.", "Mission fictive. Rien de ce que décrit ce rapport n’a eu lieu."],
    audience_mission: ["For the mission’s own people", "Для співробітників місії", "Для сотрудников миссии", "Réservé aux membres de la mission"],
    audience_public: ["Public: places as cells of {km} km, times to the hour", "Для загалу: місця — клітинки {km} км, час — з точністю до години", "Для публики: места — клетки {km} км, время — с точностью до часа", "Public : lieux par mailles de {km} km, heures entières"],
    period: ["Period", "Період", "Период", "Période"],
    zone_local: ["local time, {zone}", "місцевий час, {zone}", "местное время, {zone}", "heure locale, {zone}"],
    agreement_version: ["Agreement, version", "Угода, редакція", "Соглашение, редакция", "Accord, version"],
    summary: ["Summary", "Стисло", "Кратко", "En bref"],
    incidents: ["Incidents", "Інциденти", "Инциденты", "Incidents"],
    observations: ["Observations", "Спостереження", "Наблюдения", "Observations"],
    rounds: ["Rounds", "Постріли й вибухи", "Выстрелы и взрывы", "Coups tirés"],
    incidents_are: ["happenings, put together from detections", "події, зведені з окремих виявлень", "события, сведённые из отдельных обнаружений", "événements recomposés à partir des détections"],
    observations_are: ["things that detections counted; one round may count several times", "усе, що нарахували виявлення; один постріл може рахуватися кілька разів", "всё, что насчитали обнаружения; один выстрел может считаться несколько раз", "ce que les détections ont compté ; un même coup peut compter plusieurs fois"],
    rounds_are: ["at least to at most, as {k} of {n} {n:incident|incidents} state", "від найменшого до найбільшого; вказано для {k} з {n} {n:інциденту|інцидентів|інцидентів}", "от наименьшего до наибольшего; указано для {k} из {n} {n:инцидента|инцидентов|инцидентов}", "du moins au plus, indiqués pour {k} des {n} {n:incident|incidents}"],
    rounds_best: ["most likely {best}", "найімовірніше {best}", "вероятнее всего {best}", "le plus probable : {best}"],
    not_stated: ["not stated", "не вказано", "не указано", "non indiqué"],
    sum_incidents: ["{n} {n:incident|incidents}, put together from {m} {m:detection|detections}.", "Інцидентів: {n}; зведено з {m} {m:виявлення|виявлень|виявлень}.", "Инцидентов: {n}; сведено из {m} {m:обнаружения|обнаружений|обнаружений}.", "{n} {n:incident|incidents}, {n:recomposé|recomposés} à partir de {m} {m:détection|détections}."],
    sum_verdicts: ["Of {n} {n:incident|incidents}, {a} {a:is|are} inconsistent with a clause, {b} undetermined, {c} consistent, {d} without a finding.", "З {n} {n:інциденту|інцидентів|інцидентів}: не узгоджуються з положенням — {a}, не встановлено — {b}, узгоджуються — {c}, без висновку — {d}.", "Из {n} {n:инцидента|инцидентов|инцидентов}: не согласуются с положением — {a}, не установлено — {b}, согласуются — {c}, без вывода — {d}.", "Sur {n} {n:incident|incidents} : incompatibles avec une clause {a}, indéterminés {b}, compatibles {c}, sans constat {d}."],
    sum_findings: ["{n} {n:finding|findings} against the text of the agreement: {a} inconsistent, {b} undetermined, {c} consistent.", "Висновків щодо тексту угоди: {n}; не узгоджується — {a}, не встановлено — {b}, узгоджується — {c}.", "Выводов относительно текста соглашения: {n}; не согласуется — {a}, не установлено — {b}, согласуется — {c}.", "{n} {n:constat|constats} au regard du texte de l’accord : incompatibles {a}, indéterminés {b}, compatibles {c}."],
    sum_independent: ["{k} of {n} {n:incident|incidents} {k:rests|rest} on two or more independent sources.", "На двох і більше незалежних джерелах ґрунтуються {k} з {n} {n:інциденту|інцидентів|інцидентів}.", "На двух и более независимых источниках основаны {k} из {n} {n:инцидента|инцидентов|инцидентов}.", "{k} des {n} {n:incident|incidents} {k:repose|reposent} sur au moins deux sources indépendantes."],
    sum_verdict_means: ["A verdict compares what was seen with the words of a clause. Anything further is for people to decide.", "Оцінка зіставляє побачене зі словами положення. Усе інше вирішують люди.", "Оценка сопоставляет увиденное со словами положения. Всё остальное решают люди.", "Un verdict compare ce qui a été observé aux termes d’une clause. Le reste appartient aux personnes compétentes."],
    empty: ["Nothing was reported in this period.", "За цей період нічого не повідомлено.", "За этот период ни о чём не сообщено.", "Rien n’a été signalé pendant cette période."],
    empty_high: ["Coverage was high in {k} of {n} {n:statement|statements}; only there does silence support quiet.", "Покриття було високим у {k} з {n} {n:заяви|заяв|заяв}; лише там мовчання свідчить про тишу.", "Покрытие было высоким в {k} из {n} {n:заявления|заявлений|заявлений}; лишь там молчание говорит о тишине.", "La couverture était élevée dans {k} des {n} {n:déclaration|déclarations} ; là seulement le silence plaide pour le calme."],
    empty_low: ["In the other {k}, silence says little or nothing.", "В інших {k} мовчання не каже нічого або майже нічого.", "В остальных {k} молчание не говорит ничего или почти ничего.", "Dans {k} {k:autre|autres}, le silence ne dit rien ou presque."],
    empty_unknown: ["No statement of coverage was given, so silence says nothing here.", "Про покриття не заявлено, тому мовчання тут не каже нічого.", "О покрытии не заявлено, поэтому молчание здесь ничего не говорит.", "Aucune déclaration de couverture : le silence ne dit donc rien ici."],
    comparison: ["Compared with the period before", "Порівняно з попереднім періодом", "В сравнении с предыдущим периодом", "Comparaison avec la période précédente"],
    comparison_note: ["Numbers compare only where as much could have been seen.", "Числа порівнянні лише там, де можна було побачити стільки ж.", "Числа сравнимы лишь там, где можно было увидеть столько же.", "Les nombres ne se comparent que là où l’on pouvait voir autant."],
    measure: ["What is counted", "Що пораховано", "Что подсчитано", "Ce qui est compté"],
    this_period: ["This period", "Цей період", "Этот период", "Cette période"],
    previous_period: ["Before", "Попередній", "Предыдущий", "Avant"],
    change: ["Change", "Зміна", "Изменение", "Écart"],
    unknown: ["What is not known", "Чого ми не знаємо", "Чего мы не знаем", "Ce que l’on ne sait pas"],
    unknown_none: ["No gap was recorded. That does not mean that there was none.", "Прогалин не зафіксовано. Це не означає, що їх не було.", "Пробелов не зафиксировано. Это не значит, что их не было.", "Aucune lacune n’a été relevée. Cela ne veut pas dire qu’il n’y en a pas eu."],
    unknown_coverage: ["No statement of coverage: silence says nothing anywhere", "Немає заяв про покриття: мовчання ніде нічого не каже", "Нет заявлений о покрытии: молчание нигде ничего не говорит", "Aucune déclaration de couverture : le silence ne dit rien nulle part"],
    unknown_classes: ["Not assessable or not monitored", "Не піддається оцінці або не відстежувалося", "Не поддаётся оценке или не отслеживалось", "Non évaluable ou non surveillé"],
    unknown_gaps: ["Losses of sensors", "Втрати сенсорів", "Потери сенсоров", "Pertes de capteurs"],
    unknown_gaps_public: ["{n} {n:loss|losses} of sensors lowered the coverage.", "Втрати сенсорів, що знизили покриття: {n}.", "Потери сенсоров, снизившие покрытие: {n}.", "{n} {n:perte|pertes} de capteurs {n:a|ont} réduit la couverture."],
    unknown_reasons: ["Why findings are undetermined", "Чому не встановлено", "Почему не установлено", "Pourquoi des constats sont indéterminés"],
    unknown_places: ["Incidents without a place on the map", "Інциденти без місця на мапі", "Инциденты без места на карте", "Incidents sans lieu sur la carte"],
    unknown_withheld: ["place withheld, because it would be where fire came from", "місце не розкрито: воно вказувало б, звідки вели вогонь", "место не раскрыто: оно указывало бы, откуда вели огонь", "lieu non divulgué, car il serait celui d’où l’on a tiré"],
    unknown_direction: ["only a direction", "лише напрямок", "лишь направление", "direction seulement"],
    unknown_single: ["{k} of {n} {n:incident|incidents} {k:rests|rest} on a single source.", "На єдиному джерелі ґрунтуються {k} з {n} {n:інциденту|інцидентів|інцидентів}.", "На единственном источнике основаны {k} из {n} {n:инцидента|инцидентов|инцидентов}.", "{k} des {n} {n:incident|incidents} {k:repose|reposent} sur une seule source."],
    unknown_rounds: ["Rounds are not stated for {k} of {n} {n:incident|incidents}.", "Кількість пострілів не вказано для {k} з {n} {n:інциденту|інцидентів|інцидентів}.", "Число выстрелов не указано для {k} из {n} {n:инцидента|инцидентов|инцидентов}.", "Le nombre de coups n’est pas indiqué pour {k} des {n} {n:incident|incidents}."],
    unknown_problems: ["Problems of input", "Проблеми вхідних даних", "Проблемы входных данных", "Problèmes des données reçues"],
    more: ["{n} more", "ще {n}", "ещё {n}", "{n} de plus"],
    coverage: ["What could have been seen", "Що можна було побачити", "Что можно было увидеть", "Ce qui pouvait être vu"],
    coverage_note: ["Only “none detected, high coverage” supports quiet. Hatched rows say nothing either way.", "Про тишу свідчить лише «не виявлено, високе покриття». Заштриховані рядки не кажуть нічого.", "О тишине говорит лишь «не обнаружено, высокое покрытие». Заштрихованные строки не говорят ничего.", "Seul « rien détecté, couverture élevée » plaide pour le calme. Les lignes hachurées ne disent rien."],
    class: ["Class", "Клас", "Класс", "Catégorie"],
    area: ["Area", "Район", "Район", "Zone"],
    statement: ["Statement", "Заява", "Заявление", "Déclaration"],
    share_pd90: ["Share with Pd ≥ 0.9", "Частка з Pd ≥ 0,9", "Доля с Pd ≥ 0,9", "Part avec Pd ≥ 0,9"],
    mean_pd: ["Mean Pd", "Середня Pd", "Средняя Pd", "Pd moyenne"],
    worst_pd: ["Worst Pd", "Найгірша Pd", "Худшая Pd", "Pd minimale"],
    detected: ["Detected", "Виявлено", "Обнаружено", "Détectés"],
    missed_upper: ["Missed at most (95 %)", "Пропущено щонайбільше (95 %)", "Пропущено не более (95 %)", "Manqués au plus (95 %)"],
    losses: ["Losses", "Втрати", "Потери", "Pertes"],
    pd_note: ["Pd: probability that an event of the class is detected. Shares are of the area’s cells and hours.", "Pd — імовірність виявити подію класу. Частки — від клітинок і годин району.", "Pd — вероятность обнаружить событие класса. Доли — от клеток и часов района.", "Pd : probabilité de détecter un événement de la catégorie. Les parts portent sur les mailles et heures de la zone."],
    map: ["Map", "Мапа", "Карта", "Carte"],
    map_alt: ["Map of the mission’s area with {n} {n:incident|incidents}", "Мапа району місії; інцидентів: {n}", "Карта района миссии; инцидентов: {n}", "Carte de la zone de la mission avec {n} {n:incident|incidents}"],
    map_grouped: ["Incidents that lie close together are drawn as one circle with their number.", "Близькі інциденти показано одним колом із числом.", "Близкие инциденты показаны одним кругом с числом.", "Les incidents proches sont réunis en un cercle portant leur nombre."],
    map_cells: ["Places are cells of a fixed grid of {km} km; the number is of incidents.", "Місця — клітинки сталої сітки {km} км; число — кількість інцидентів.", "Места — клетки постоянной сетки {km} км; число — количество инцидентов.", "Les lieux sont des mailles d’une grille fixe de {km} km ; le nombre est celui des incidents."],
    map_ellipses: ["Thin outlines hold the place with 90 %.", "Тонкі контури містять місце з імовірністю 90 %.", "Тонкие контуры содержат место с вероятностью 90 %.", "Les contours fins contiennent le lieu à 90 %."],
    map_source: ["Lines and areas as the mission’s own files state them.", "Лінії та райони — за файлами самої місії.", "Линии и районы — по файлам самой миссии.", "Lignes et zones telles que les fichiers de la mission les donnent."],
    not_on_map: ["Not on the map: {n}", "Поза мапою: {n}", "Вне карты: {n}", "Hors carte : {n}"],
    legend: ["Legend", "Умовні знаки", "Условные знаки", "Légende"],
    area_of_control: ["controlled by {party}", "під контролем: {party}", "под контролем: {party}", "sous contrôle : {party}"],
    reference_line: ["reference line", "лінія відліку", "линия отсчёта", "ligne de référence"],
    zone: ["zone of the agreement", "зона за угодою", "зона по соглашению", "zone de l’accord"],
    protected_site: ["protected site", "об’єкт під захистом", "объект под защитой", "site protégé"],
    water: ["water", "вода", "вода", "eau"],
    shape_fire: ["explosions, shelling, mixed fire", "вибухи, обстріли, змішаний вогонь", "взрывы, обстрелы, смешанный огонь", "explosions, bombardements, tirs mêlés"],
    shape_air: ["air", "повітря", "воздух", "air"],
    shape_ground: ["small arms, clashes, presence", "стрілецька зброя, зіткнення, присутність", "стрелковое оружие, столкновения, присутствие", "armes légères, accrochages, présence"],
    shape_natural: ["fires, blasting, thunder", "пожежі, підривні роботи, грім", "пожары, взрывные работы, гром", "feux, tirs de mine, tonnerre"],
    shape_other: ["other", "інше", "прочее", "autres"],
    days: ["Day by day", "День за днем", "День за днём", "Jour par jour"],
    fire_days: ["Incidents of fire each day (small arms, shelling, explosions, air strikes, clashes, mixed fire), whatever was found about them.", "Інциденти вогню за день (стрілецька зброя, обстріли, вибухи, удари з повітря, зіткнення, змішаний вогонь) незалежно від оцінки.", "Инциденты огня за день (стрелковое оружие, обстрелы, взрывы, удары с воздуха, столкновения, смешанный огонь) независимо от оценки.", "Incidents de tir par jour (armes légères, bombardements, explosions, frappes aériennes, affrontements, tirs mêlés), quel que soit le constat."],
    days_note: ["Incidents by their weightiest verdict. Hatched ground: not assessable or not monitored.", "Інциденти за найвагомішою оцінкою. Штриховане тло: не піддається оцінці або не відстежувалося.", "Инциденты по самой весомой оценке. Штрихованный фон: не поддаётся оценке или не отслеживалось.", "Incidents selon le verdict le plus lourd. Fond hachuré : non évaluable ou non surveillé."],
    day: ["Day", "День", "День", "Jour"],
    findings: ["Findings", "Висновки", "Выводы", "Constats"],
    findings_none: ["No finding in this period.", "За цей період висновків немає.", "За этот период выводов нет.", "Aucun constat pour cette période."],
    rule: ["Rule", "Правило", "Правило", "Règle"],
    subject: ["Subject", "Предмет", "Предмет", "Objet"],
    margin: ["Past the limit", "За межею", "За пределом", "Au-delà de la limite"],
    probability: ["Probability inside", "Імовірність у межах", "Вероятность внутри", "Probabilité d’être dedans"],
    reasons: ["Reasons", "Підстави", "Основания", "Motifs"],
    reading_of: ["in the reading of {who}", "у тлумаченні: {who}", "в толковании: {who}", "selon la lecture de {who}"],
    exempted_by: ["explained by the notified activity {name}", "пояснюється заявленою діяльністю {name}", "объясняется заявленной деятельностью {name}", "expliqué par l’activité notifiée {name}"],
    window: ["window", "проміжок", "промежуток", "fenêtre"],
    more_in_file: ["{n} more in {file}", "ще {n} у файлі {file}", "ещё {n} в файле {file}", "{n} de plus dans {file}"],
    incidents_none: ["No incident in this period.", "За цей період інцидентів немає.", "За этот период инцидентов нет.", "Aucun incident pour cette période."],
    time: ["Time", "Час", "Время", "Heure"],
    time_note: ["Times are local, {zone}; ± holds 90 %.", "Час місцевий, {zone}; ± охоплює 90 %.", "Время местное, {zone}; ± охватывает 90 %.", "Heures locales, {zone} ; ± couvre 90 %."],
    time_note_public: ["Times are local, {zone}, to whole hours.", "Час місцевий, {zone}, цілими годинами.", "Время местное, {zone}, целыми часами.", "Heures locales, {zone}, en heures entières."],
    place: ["Place", "Місце", "Место", "Lieu"],
    place_cell: ["cell {name}", "клітинка {name}", "клетка {name}", "maille {name}"],
    place_wider: ["or around it", "або поруч", "или рядом", "ou autour"],
    place_direction: ["only a direction: {deg}° ± {err}°", "лише напрямок: {deg}° ± {err}°", "только направление: {deg}° ± {err}°", "direction seulement : {deg}° ± {err}°"],
    place_withheld: ["withheld", "не розкрито", "не раскрыто", "non divulgué"],
    verdict: ["Verdict", "Оцінка", "Оценка", "Verdict"],
    sources: ["Sources", "Джерела", "Источники", "Sources"],
    independent: ["{n} independent", "незалежних: {n}", "независимых: {n}", "{n:indépendante|indépendantes} : {n}"],
    origin: ["Probability that the origin lies in the area controlled by", "Імовірність, що джерело вогню — у районі під контролем", "Вероятность, что источник огня — в районе под контролем", "Probabilité que l’origine se trouve dans la zone contrôlée par"],
    all_day: ["whole day", "увесь день", "весь день", "journée entière"],
    commitments: ["Commitments", "Зобов’язання", "Обязательства", "Engagements"],
    who: ["Who", "Хто", "Кто", "Qui"],
    what: ["What", "Що", "Что", "Quoi"],
    conditions: ["Conditions", "Умови", "Условия", "Conditions"],
    status: ["Status, as sources say", "Стан за джерелами", "Состояние по источникам", "État selon les sources"],
    disputed: ["sources differ", "джерела розходяться", "источники расходятся", "sources divergentes"],
    commitments_none: ["No commitment is in the book.", "У книзі немає зобов’язань.", "В книге нет обязательств.", "Aucun engagement n’est inscrit."],
    clauses: ["The words of the clauses", "Слова положень", "Слова положений", "Les termes des clauses"],
    likelihood: ["Words for probabilities", "Слова для ймовірностей", "Слова для вероятностей", "Mots des probabilités"],
    likelihood_note: ["The words say how likely something is, not how sure the evidence makes us.", "Слова кажуть, наскільки щось імовірне, а не наскільки певними є докази.", "Слова говорят, насколько что-то вероятно, а не насколько надёжны свидетельства.", "Les mots disent la vraisemblance d’un fait, non la solidité des preuves."],
    word: ["Word", "Слово", "Слово", "Mot"],
    band: ["Probability", "Імовірність", "Вероятность", "Probabilité"],
    evidence: ["Evidence", "Докази", "Свидетельства", "Preuves"],
    mission_digest: ["Mission folder, SHA-256", "Тека місії, SHA-256", "Папка миссии, SHA-256", "Dossier de la mission, SHA-256"],
    log: ["Log", "Журнал", "Журнал", "Journal"],
    log_size: ["Entries", "Записів", "Записей", "Entrées"],
    log_root: ["Root", "Корінь", "Корень", "Racine"],
    log_none: ["no log was given", "журнал не надано", "журнал не предоставлен", "aucun journal fourni"],
    captures: ["Captures", "Одержано пакетів", "Получено пакетов", "Captures"],
    methods: ["Methods", "Методи", "Методы", "Méthodes"],
    files: ["Files beside this page", "Файли поруч", "Файлы рядом", "Fichiers joints"],
    credits: ["Credits", "Подяки", "Благодарности", "Crédits"],
    smm_note: ["For continuity with the tables of earlier missions only: they would have counted {n}, each explosion, flash and burst on its own. It is no number of incidents.", "Лише для спадкоємності з таблицями колишніх місій: вони нарахували б {n} — кожен вибух, спалах і чергу окремо. Це не кількість інцидентів.", "Лишь для преемственности с таблицами прежних миссий: они насчитали бы {n} — каждый взрыв, вспышку и очередь отдельно. Это не число инцидентов.", "Pour la continuité avec les tableaux de missions antérieures seulement : ils auraient compté {n}, chaque explosion, lueur et rafale à part. Ce n’est pas un nombre d’incidents."],
    language_note: ["Names, reasons and rule sentences stand as they were written.", "Назви, підстави та речення правил подано мовою оригіналу.", "Названия, основания и предложения правил даны на языке оригинала.", "Noms, motifs et phrases des règles restent dans leur langue d’origine."],
    posterior: ["What it may be", "Чим це може бути", "Чем это может быть", "Ce que cela peut être"],
    detections: ["Detections", "Виявлення", "Обнаружения", "Détections"],
    phenomenon: ["Phenomenon", "Явище", "Явление", "Phénomène"],
    sensor: ["Sensor", "Сенсор", "Сенсор", "Capteur"],
    owner: ["Owner", "Власник", "Владелец", "Propriétaire"],
    residuals: ["Off by", "Відхилення", "Отклонение", "Écart"],
    weight: ["Weight", "Вага", "Вес", "Poids"],
    note: ["Note", "Примітка", "Примечание", "Note"],
    composed: ["Why it was put together", "Чому зведено саме так", "Почему сведено именно так", "Pourquoi ce regroupement"],
    rivals: ["Rival incidents", "Конкурентні інциденти", "Конкурирующие инциденты", "Incidents rivaux"],
    supersedes: ["Replaces", "Замінює", "Заменяет", "Remplace"],
    not_found: ["The incident is not in this period.", "Такого інциденту в цьому періоді немає.", "Такого инцидента в этом периоде нет.", "Cet incident ne figure pas dans cette période."],
    coverage_none: ["No statement of coverage was given.", "Про покриття не заявлено.", "О покрытии не заявлено.", "Aucune déclaration de couverture."],
    when: ["When", "Коли", "Когда", "Quand"],
    cause: ["Cause", "Причина", "Причина", "Cause"],
    contents: ["Contents", "Зміст", "Содержание", "Sommaire"],
}

/// A text with its values put in. Values are texts; those that are whole numbers also pick plural forms.
pub(crate) fn fill(language: Language, template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + 24);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((slot, tail)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        out.push_str(&slot_text(language, slot, values));
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn slot_text(language: Language, slot: &str, values: &[(&str, &str)]) -> String {
    let (name, forms) = slot.split_once(':').map_or((slot, None), |(name, forms)| (name, Some(forms)));
    let value = values.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value);
    let Some(forms) = forms else { return value.to_owned() };
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let form = plural_form(language, digits.parse().unwrap_or(0));
    let mut all = forms.split('|');
    let last = forms.rsplit('|').next().unwrap_or("");
    all.nth(form).unwrap_or(last).to_owned()
}

/// Which form a number takes (Unicode CLDR plural rules for whole numbers).
fn plural_form(language: Language, n: u64) -> usize {
    match language {
        Language::En => usize::from(n != 1),
        Language::Fr => usize::from(n > 1),
        Language::Uk | Language::Ru => match (n % 10, n % 100) {
            (1, tens) if tens != 11 => 0,
            (2..=4, tens) if !(12..=14).contains(&tens) => 1,
            _ => 2,
        },
    }
}

#[cfg(test)]
#[path = "labels_tests.rs"]
mod tests;
