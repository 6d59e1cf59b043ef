//! The words of the pictures in four languages, side by side: a row that lacks one does not compile.

use super::sealed::SourceClass;
use crate::Language;
use truceline_domain::Wave;

macro_rules! texts {
    ($($key:ident: [$en:literal, $uk:literal, $ru:literal, $fr:literal],)+) => {
        /// The texts of one language.
        pub(super) struct Texts { $(pub(super) $key: &'static str,)+ }

        impl Texts {
            /// The texts of a language.
            pub(super) const fn of(language: Language) -> Self {
                match language {
                    Language::En => Self { $($key: $en,)+ },
                    Language::Uk => Self { $($key: $uk,)+ },
                    Language::Ru => Self { $($key: $ru,)+ },
                    Language::Fr => Self { $($key: $fr,)+ },
                }
            }

            #[cfg(test)]
            pub(super) fn entries(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($key), self.$key),)+]
            }
        }
    };
}

texts! {
    section: ["Record section", "Розріз записів за відстанню", "Разрез записей по расстоянию", "Section d’enregistrements"],
    section_desc: ["Distance from the source against time since the origin: {heard} {heard:arrival|arrivals}, {silent} silent {silent:station|stations}, {down} {down:station|stations} down.", "Відстань від джерела та час від початку: вступів — {heard}, мовчали станцій — {silent}, не працювали — {down}.", "Расстояние от источника и время от начала: вступлений — {heard}, молчали станций — {silent}, не работали — {down}.", "Distance à la source selon le temps depuis l’origine : {heard} {heard:arrivée|arrivées}, {silent} {silent:station muette|stations muettes}, {down} hors service."],
    map: ["Map of the event", "Карта події", "Карта события", "Carte de l’événement"],
    map_desc: ["{heard} {heard:station|stations} heard the event, {silent} should have heard it and did not, {down} {down:was|were} down. {place}", "Подію почули станцій — {heard}, мали почути, але не почули — {silent}, не працювали — {down}. {place}", "Событие услышали станций — {heard}, должны были услышать, но не услышали — {silent}, не работали — {down}. {place}", "{heard} {heard:station a|stations ont} entendu l’événement, {silent} {silent:aurait dû l’entendre et ne l’a pas fait|auraient dû l’entendre et ne l’ont pas fait}, {down} hors service. {place}"],
    map_place: ["Most likely place {place}.", "Найімовірніше місце {place}.", "Вероятнейшее место {place}.", "Lieu le plus probable : {place}."],
    waveform: ["Waveforms and picks", "Хвильові форми та вступи", "Волновые формы и вступления", "Formes d’onde et pointés"],
    waveform_desc: ["{n} {n:waveform|waveforms} with {picks} {picks:pick|picks} and {problems} {problems:stretch|stretches} in which the data cannot be trusted.", "Хвильових форм — {n}, вступів — {picks}, ділянок, де даним не можна довіряти, — {problems}.", "Волновых форм — {n}, вступлений — {picks}, участков, где данным нельзя доверять, — {problems}.", "{n} {n:forme d’onde|formes d’onde}, {picks} {picks:pointé|pointés}, {problems} {problems:passage douteux|passages douteux}."],
    sealed: ["Place sealed", "Місце закрито", "Место закрыто", "Lieu sous scellé"],
    sealed_why: ["The place of this event may be one from which somebody fired. It is kept in the sealed store, and so is everything from which the place could be worked out: distances, bearings, residuals, arrival times and which stations heard it. What may be said is the probability that the origin lies in the area that a party controls.", "Місце цієї події може бути місцем, звідки стріляли. Його зберігають у закритому сховищі, як і все, з чого його можна обчислити: відстані, напрямки, нев’язки, часи вступів і те, які станції почули подію. Оприлюднити можна лише ймовірність того, що джерело лежить у районі, який контролює певна сторона.", "Место этого события может быть местом, откуда стреляли. Оно хранится в закрытом хранилище, как и всё, из чего его можно вычислить: расстояния, направления, невязки, времена вступлений и то, какие станции услышали событие. Сообщить можно лишь вероятность того, что источник лежит в районе, который контролирует некая сторона.", "Le lieu de cet événement peut être celui d’où l’on a tiré. Il reste dans le dépôt scellé, de même que tout ce qui permettrait de le déduire : distances, azimuts, résidus, heures d’arrivée et stations qui l’ont entendu. Seule peut être dite la probabilité que l’origine se trouve dans la zone contrôlée par une partie."],
    sealed_left_out: ["Left out because the place is sealed: {what}.", "Не показано, бо місце закрито: {what}.", "Не показано, так как место закрыто: {what}.", "Omis car le lieu est sous scellé : {what}."],
    time_since: ["Time since origin, s", "Час від початку, с", "Время от начала, с", "Temps depuis l’origine, s"],
    distance: ["Distance, km", "Відстань, км", "Расстояние, км", "Distance, km"],
    residual: ["Residual, s", "Нев’язка, с", "Невязка, с", "Résidu, s"],
    origin: ["Origin", "Початок", "Начало", "Origine"],
    heard: ["heard", "почула", "услышала", "a entendu"],
    arrival: ["{wave}: arrival, ±1 σ", "{wave}: вступ, ±1 σ", "{wave}: вступление, ±1 σ", "{wave} : arrivée, ±1 σ"],
    silent: ["silent though expected, with the expected window", "мовчала, хоча очікувалося; з очікуваним вікном", "молчала, хотя ожидалось; с ожидаемым окном", "muette malgré l’attente, avec la fenêtre attendue"],
    silent_short: ["silent though expected", "мовчала, хоча очікувалося", "молчала, хотя ожидалось", "muette malgré l’attente"],
    down: ["down, counts for nothing", "не працювала, не враховується", "не работала, не учитывается", "hors service, ne compte pas"],
    curve: ["computed travel time", "обчислений час пробігу", "вычисленное время пробега", "temps de trajet calculé"],
    shown_of: ["{n} of {m} arrivals are drawn, the weightiest first.", "Показано {n} з {m} вступів, спершу найвагоміші.", "Показано {n} из {m} вступлений, сначала самые весомые.", "{n} des {m} arrivées sont tracées, les plus lourdes d’abord."],
    weight: ["weight", "вага", "вес", "poids"],
    ray: ["ray; wider counts more", "промінь; ширший важить більше", "луч; шире — весомее", "rayon ; plus large, plus lourd"],
    bearing: ["bearing of an array, ±1 σ", "напрямок від групи, ±1 σ", "направление от группы, ±1 σ", "azimut d’un réseau, ±1 σ"],
    array: ["array", "група", "группа", "réseau"],
    place: ["most likely place", "найімовірніше місце", "вероятнейшее место", "lieu le plus probable"],
    holds: ["holds the place with {p}", "містить місце з {p}", "содержит место с {p}", "contient le lieu à {p}"],
    rival: ["rival place", "конкурентне місце", "конкурирующее место", "lieu rival"],
    magnified: ["magnified", "збільшено", "увеличено", "agrandi"],
    not_drawn: ["{n} {n:station lies|stations lie} outside the map.", "Поза картою станцій: {n}.", "Вне карты станций: {n}.", "{n} {n:station se trouve|stations se trouvent} hors de la carte."],
    north: ["N", "Пн", "С", "N"],
    amplitude: ["Amplitude, {unit}", "Амплітуда, {unit}", "Амплитуда, {unit}", "Amplitude, {unit}"],
    ratio: ["STA/LTA", "STA/LTA", "STA/LTA", "STA/LTA"],
    on: ["on", "увімк.", "вкл.", "début"],
    off: ["off", "вимк.", "выкл.", "fin"],
    fisher: ["Fisher ratio", "Відношення Фішера", "Отношение Фишера", "Rapport de Fisher"],
    azimuth: ["Back-azimuth, °", "Зворотний азимут, °", "Обратный азимут, °", "Azimut inverse, °"],
    velocity: ["Trace velocity, m/s", "Видима швидкість, м/с", "Кажущаяся скорость, м/с", "Vitesse apparente, m/s"],
    threshold: ["threshold", "поріг", "порог", "seuil"],
    above: ["beam above its threshold, ±1 σ", "промінь вище порога, ±1 σ", "луч выше порога, ±1 σ", "faisceau au-dessus du seuil, ±1 σ"],
    below: ["below its threshold", "нижче порога", "ниже порога", "sous le seuil"],
    pick: ["{wave}: pick, ±1 σ", "{wave}: вступ, ±1 σ", "{wave}: вступление, ±1 σ", "{wave} : pointé, ±1 σ"],
    unknown_wave: ["not told", "не визначено", "не определено", "non dite"],
    cannot_trust: ["cannot be trusted", "не можна довіряти", "нельзя доверять", "non fiable"],
    gap: ["gap", "розрив", "разрыв", "lacune"],
    overlap: ["overlap", "накладання", "наложение", "recouvrement"],
    clipped: ["clipped", "зрізано", "срезано", "écrêté"],
    dead: ["dead", "мертвий канал", "мёртвый канал", "canal mort"],
    clock: ["clock step", "стрибок годинника", "скачок часов", "saut d’horloge"],
    noisy: ["noise", "шум", "шум", "bruit"],
    time_utc: ["Time, UTC", "Час, UTC", "Время, UTC", "Heure, UTC"],
    time_local: ["local {offset}", "місцевий {offset}", "местное {offset}", "locale {offset}"],
    nothing: ["Nothing to draw.", "Немає що показати.", "Показывать нечего.", "Rien à tracer."],
    more_traces: ["{n} more {n:waveform is|waveforms are} not drawn.", "Не показано хвильових форм: {n}.", "Не показано волновых форм: {n}.", "{n} {n:autre forme d’onde n’est pas tracée|autres formes d’onde ne sont pas tracées}."],
    sheet: ["Ground event", "Подія наземних датчиків", "Событие наземных датчиков", "Événement des capteurs au sol"],
    marking: ["For the mission’s own people", "Для співробітників місії", "Для сотрудников миссии", "Réservé aux membres de la mission"],
    origin_time: ["Origin time", "Час події", "Время события", "Heure d’origine"],
    to_the_minute: ["to the minute", "з точністю до хвилини", "с точностью до минуты", "à la minute près"],
    most_likely_place: ["Most likely place", "Найімовірніше місце", "Вероятнейшее место", "Lieu le plus probable"],
    depth: ["Depth", "Глибина", "Глубина", "Profondeur"],
    depth_held: ["held", "задано", "задано", "fixée"],
    ellipse: ["Ellipse that holds it, {p}", "Еліпс, що містить його, {p}", "Эллипс, который содержит его, {p}", "Ellipse qui le contient, {p}"],
    region: ["Region that holds it, {p}", "Область, що містить його, {p}", "Область, которая содержит его, {p}", "Région qui le contient, {p}"],
    half_axes: ["half axes {a} × {b}, longer one towards {azimuth}°", "півосі {a} × {b}, довша за азимутом {azimuth}°", "полуоси {a} × {b}, длинная по азимуту {azimuth}°", "demi-axes {a} × {b}, la plus longue vers {azimuth}°"],
    parts: ["{n} {n:part|parts}", "частин: {n}", "частей: {n}", "{n} {n:partie|parties}"],
    rounds: ["Rounds", "Постріли", "Выстрелы", "Coups"],
    rounds_range: ["{low} to {high}, most likely {best}", "від {low} до {high}, найімовірніше {best}", "от {low} до {high}, вероятнее всего {best}", "de {low} à {high}, le plus probable {best}"],
    what: ["What it was", "Що це було", "Что это было", "Ce que c’était"],
    what_note: ["Classes are proved on simulation only: no openly licensed field recordings of artillery or shock waves with known truth exist to the program’s knowledge.", "Класи перевірено лише на моделюванні: відкритих польових записів артилерії чи ударних хвиль із відомою істиною програма не знає.", "Классы проверены только на моделировании: открытых полевых записей артиллерии или ударных волн с известной истиной программа не знает.", "Les classes ne sont prouvées que par simulation : aucun enregistrement de terrain libre de tirs d’artillerie ou d’ondes de choc à vérité connue n’est connu du programme."],
    what_none: ["The picks carry nothing that tells.", "Вступи не містять нічого, що це показало б.", "Вступления не содержат ничего, что это показало бы.", "Les pointés n’en disent rien."],
    evidence: ["Why these picks are one event", "Чому ці вступи — одна подія", "Почему эти вступления — одно событие", "Pourquoi ces pointés forment un événement"],
    evidence_note: ["10 decibans are odds of ten to one; what speaks against it has a minus.", "10 децибанів — шанси десять до одного; що свідчить проти, має мінус.", "10 децибан — шансы десять к одному; что говорит против, имеет минус.", "10 décibans valent une cote de dix contre un ; ce qui parle contre porte un moins."],
    decibans: ["decibans", "децибани", "децибаны", "décibans"],
    total: ["All together", "Разом", "Вместе", "Ensemble"],
    misses: ["Should have heard and did not", "Мали почути, але не почули", "Должны были услышать, но не услышали", "Auraient dû entendre et ne l’ont pas fait"],
    misses_none: ["Every station that should have heard it did.", "Кожна станція, що мала почути, почула.", "Каждая станция, что должна была услышать, услышала.", "Toutes les stations qui devaient l’entendre l’ont entendu."],
    uncovered: ["Down, and so neither for nor against", "Не працювали, тож ані за, ані проти", "Не работали, а потому ни за, ни против", "Hors service, donc ni pour ni contre"],
    station: ["Station", "Станція", "Станция", "Station"],
    wave: ["Wave", "Хвиля", "Волна", "Onde"],
    would_have: ["Probability that it would have been picked", "Імовірність, що вступ було б помічено", "Вероятность, что вступление было бы замечено", "Probabilité qu’elle aurait été pointée"],
    the_pictures: ["map, record section, waveforms, evidence, silent stations", "карта, розріз записів, хвильові форми, докази, станції, що мовчали", "карта, разрез записей, волновые формы, доводы, молчавшие станции", "carte, section, formes d’onde, indices, stations muettes"],
}

/// The name of a wave.
pub(super) fn wave(language: Language, wave: Wave) -> &'static str {
    let words = match wave {
        Wave::P => ["P"; 4],
        Wave::S => ["S"; 4],
        Wave::Rg => ["Rg"; 4],
        Wave::Air => ["air", "повітряна", "воздушная", "air"],
        Wave::Shock => ["shock", "ударна", "ударная", "choc"],
        Wave::Muzzle => ["muzzle", "дульна", "дульная", "bouche"],
    };
    pick(language, words)
}

/// The name of a class.
pub(super) fn class(language: Language, class: SourceClass) -> &'static str {
    let words = match class {
        SourceClass::Launch => ["launch", "постріл важкої зброї", "выстрел тяжёлого оружия", "départ de tir lourd"],
        SourceClass::Impact => ["impact", "падіння снаряда", "падение снаряда", "impact"],
        SourceClass::SmallArms => ["small arms", "стрілецька зброя", "стрелковое оружие", "armes légères"],
        SourceClass::SupersonicRound => {
            ["supersonic round", "надзвуковий снаряд", "сверхзвуковой снаряд", "projectile supersonique"]
        }
        SourceClass::QuarryBlast => ["quarry blast", "вибух у кар’єрі", "взрыв в карьере", "tir de carrière"],
        SourceClass::Thunder => ["thunder", "грім", "гром", "tonnerre"],
        SourceClass::SonicBoom => ["sonic boom", "звуковий удар", "звуковой удар", "bang sonique"],
        SourceClass::Fireworks => ["fireworks", "феєрверк", "фейерверк", "feu d’artifice"],
        SourceClass::Earthquake => ["earthquake", "землетрус", "землетрясение", "séisme"],
    };
    pick(language, words)
}

/// The language's units: metres, kilometres, seconds.
pub(super) fn unit(language: Language, unit: &str) -> &str {
    match (language, unit) {
        (Language::Uk | Language::Ru, "m") => "м",
        (Language::Uk | Language::Ru, "km") => "км",
        (Language::Uk | Language::Ru, "s") => "с",
        (Language::Uk | Language::Ru, "Pa") => "Па",
        (Language::Uk | Language::Ru, "m/s") => "м/с",
        _ => unit,
    }
}

fn pick(language: Language, [en, uk, ru, fr]: [&'static str; 4]) -> &'static str {
    match language {
        Language::En => en,
        Language::Uk => uk,
        Language::Ru => ru,
        Language::Fr => fr,
    }
}
