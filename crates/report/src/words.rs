//! The closed lists in four languages: classes, verdicts, coverage, statuses.

use crate::Language;
use crate::likelihood::Likelihood;
use truceline_domain::{CommitmentStatus, CoverageWording, EventClass, LegalForce, Modality, NotKnownReason, Verdict};

/// A word in English, Ukrainian, Russian and French.
type Words = [&'static str; 4];

fn pick(language: Language, [en, uk, ru, fr]: Words) -> &'static str {
    match language {
        Language::En => en,
        Language::Uk => uk,
        Language::Ru => ru,
        Language::Fr => fr,
    }
}

/// What a machine may say.
pub(crate) fn verdict(language: Language, verdict: Option<Verdict>) -> &'static str {
    let words = match verdict {
        Some(Verdict::Inconsistent) => ["inconsistent", "не узгоджується", "не согласуется", "incompatible"],
        Some(Verdict::Undetermined) => ["undetermined", "не встановлено", "не установлено", "indéterminé"],
        Some(Verdict::Consistent) => ["consistent", "узгоджується", "согласуется", "compatible"],
        None => ["no finding", "без висновку", "без вывода", "sans constat"],
    };
    pick(language, words)
}

/// What an incident is taken to be.
pub(crate) fn class(language: Language, class: EventClass) -> &'static str {
    let words = match class {
        EventClass::SmallArms => ["small arms", "стрілецька зброя", "стрелковое оружие", "armes légères"],
        EventClass::Shelling => ["shelling", "обстріл", "обстрел", "bombardement"],
        EventClass::Explosion => ["explosion", "вибух", "взрыв", "explosion"],
        EventClass::AirStrike => ["air strike", "удар із повітря", "удар с воздуха", "frappe aérienne"],
        EventClass::Clash => ["clash", "зіткнення", "столкновение", "accrochage"],
        EventClass::MixedFire => ["mixed fire", "змішаний вогонь", "смешанный огонь", "tirs mêlés"],
        EventClass::DroneFlight => ["drone flight", "політ дрона", "полёт дрона", "vol de drone"],
        EventClass::AircraftFlight => ["aircraft flight", "політ літака", "полёт самолёта", "vol d’aéronef"],
        EventClass::HeavyWeapon => ["heavy weapon", "важке озброєння", "тяжёлое вооружение", "arme lourde"],
        EventClass::MilitaryPresence => {
            ["military presence", "військова присутність", "военное присутствие", "présence militaire"]
        }
        EventClass::Fire => {
            ["fire or hot spot", "пожежа або теплова точка", "пожар или тепловая точка", "feu ou point chaud"]
        }
        EventClass::Blasting => ["blasting", "підривні роботи", "взрывные работы", "tir de mine"],
        EventClass::Thunder => ["thunder", "грім", "гром", "tonnerre"],
        EventClass::Vessel => ["vessel", "судно", "судно", "navire"],
        EventClass::Harm => ["harm or damage", "шкода або руйнування", "ущерб или разрушения", "dommages"],
        EventClass::Impediment => ["impediment", "перешкода спостереженню", "помеха наблюдению", "entrave"],
        EventClass::PowerLoss => ["loss of power", "втрата живлення", "потеря питания", "coupure de courant"],
        EventClass::Radiation => ["radiation reading", "показ радіації", "показание радиации", "mesure de radiation"],
        EventClass::Other => ["other", "інше", "прочее", "autre"],
    };
    pick(language, words)
}

/// What silence is worth.
pub(crate) fn wording(language: Language, wording: CoverageWording) -> &'static str {
    let words = match wording {
        CoverageWording::Detected => ["detected", "виявлено", "обнаружено", "détecté"],
        CoverageWording::NoneDetectedHigh => [
            "none detected, high coverage",
            "не виявлено, високе покриття",
            "не обнаружено, высокое покрытие",
            "rien détecté, couverture élevée",
        ],
        CoverageWording::NoneDetectedPartial => [
            "none detected, partial coverage",
            "не виявлено, часткове покриття",
            "не обнаружено, частичное покрытие",
            "rien détecté, couverture partielle",
        ],
        CoverageWording::NotAssessable => {
            ["not assessable", "не піддається оцінці", "не поддаётся оценке", "non évaluable"]
        }
        CoverageWording::NotMonitored => ["not monitored", "не відстежувалося", "не отслеживалось", "non surveillé"],
    };
    pick(language, words)
}

/// How likely.
pub(crate) fn likelihood(language: Language, likelihood: Likelihood) -> &'static str {
    let words = match likelihood {
        Likelihood::AlmostNoChance => {
            ["almost no chance", "майже неможливо", "почти невозможно", "presque aucune chance"]
        }
        Likelihood::VeryUnlikely => ["very unlikely", "дуже малоймовірно", "очень маловероятно", "très improbable"],
        Likelihood::Unlikely => ["unlikely", "малоймовірно", "маловероятно", "improbable"],
        Likelihood::RoughlyEven => ["roughly even chance", "приблизно порівну", "примерно поровну", "à peu près égal"],
        Likelihood::Likely => ["likely", "імовірно", "вероятно", "probable"],
        Likelihood::VeryLikely => ["very likely", "дуже ймовірно", "очень вероятно", "très probable"],
        Likelihood::AlmostCertain => ["almost certain", "майже напевно", "почти наверняка", "presque certain"],
    };
    pick(language, words)
}

/// Why something is not known.
pub(crate) fn not_known(language: Language, reason: NotKnownReason) -> &'static str {
    let words = match reason {
        NotKnownReason::NotObserved => ["not observed", "не спостерігалося", "не наблюдалось", "non observé"],
        NotKnownReason::NotStated => ["not stated", "не вказано", "не указано", "non indiqué"],
        NotKnownReason::Weather => ["weather", "погода", "погода", "météo"],
        NotKnownReason::Technical => ["technical", "технічна причина", "техническая причина", "raison technique"],
        NotKnownReason::Withheld => ["withheld", "не розкрито", "не раскрыто", "non divulgué"],
        NotKnownReason::Unreadable => ["unreadable", "не прочитано", "не прочитано", "illisible"],
    };
    pick(language, words)
}

/// How something was sensed.
pub(crate) fn modality(language: Language, modality: Modality) -> &'static str {
    let words = match modality {
        Modality::Acoustic => ["acoustic", "акустика", "акустика", "acoustique"],
        Modality::Seismic => ["seismic", "сейсміка", "сейсмика", "sismique"],
        Modality::Infrasound => ["infrasound", "інфразвук", "инфразвук", "infrason"],
        Modality::Camera => ["camera", "камера", "камера", "caméra"],
        Modality::ThermalCamera => ["thermal camera", "тепловізор", "тепловизор", "caméra thermique"],
        Modality::Radar => ["radar", "радар", "радар", "radar"],
        Modality::Radio => ["radio", "радіо", "радио", "radio"],
        Modality::Uav => ["mission aircraft", "безпілотник місії", "беспилотник миссии", "drone de la mission"],
        Modality::OpticalSatellite => {
            ["optical satellite", "оптичний супутник", "оптический спутник", "satellite optique"]
        }
        Modality::SarSatellite => ["radar satellite", "радарний супутник", "радарный спутник", "satellite radar"],
        Modality::ThermalSatellite => {
            ["thermal satellite", "тепловий супутник", "тепловой спутник", "satellite thermique"]
        }
        Modality::Ais => ["AIS", "AIS", "AIS", "AIS"],
        Modality::Adsb => ["ADS-B", "ADS-B", "ADS-B", "ADS-B"],
        Modality::Radiation => ["dose rate", "дозиметр", "дозиметр", "débit de dose"],
        Modality::Patrol => ["patrol", "патруль", "патруль", "patrouille"],
        Modality::MissionTable => ["mission table", "таблиця місії", "таблица миссии", "tableau de mission"],
        Modality::OpenSource => ["open source", "відкрите джерело", "открытый источник", "source ouverte"],
        Modality::PartyReport => ["party report", "звіт сторони", "сообщение стороны", "rapport d’une partie"],
        Modality::PublicReport => ["public report", "звіт громадськості", "сообщение граждан", "signalement public"],
        Modality::Telemetry => ["telemetry", "телеметрія", "телеметрия", "télémétrie"],
    };
    pick(language, words)
}

/// How far a commitment has come.
pub(crate) fn status(language: Language, status: CommitmentStatus) -> &'static str {
    let words = match status {
        CommitmentStatus::Draft => ["draft", "проєкт", "проект", "projet"],
        CommitmentStatus::Announced => ["announced", "оголошено", "объявлено", "annoncé"],
        CommitmentStatus::Signed => ["signed", "підписано", "подписано", "signé"],
        CommitmentStatus::ParliamentaryProcedure => {
            ["before a parliament", "у парламенті", "в парламенте", "devant un parlement"]
        }
        CommitmentStatus::Ratified => ["ratified", "ратифіковано", "ратифицировано", "ratifié"],
        CommitmentStatus::ConditionsPending => {
            ["conditions pending", "умови не виконано", "условия не выполнены", "conditions en attente"]
        }
        CommitmentStatus::Active => ["in force", "чинне", "действует", "en vigueur"],
        CommitmentStatus::Fulfilled => ["fulfilled", "виконано", "выполнено", "rempli"],
        CommitmentStatus::Suspended => ["suspended", "призупинено", "приостановлено", "suspendu"],
        CommitmentStatus::Lapsed => ["lapsed", "сплинуло", "истекло", "caduc"],
        CommitmentStatus::Withdrawn => ["withdrawn", "відкликано", "отозвано", "retiré"],
    };
    pick(language, words)
}

/// The legal force that a source claims.
pub(crate) fn legal_force(language: Language, force: LegalForce) -> &'static str {
    let words = match force {
        LegalForce::LegallyBinding => {
            ["legally binding", "юридично обов’язкове", "юридически обязывающее", "juridiquement contraignant"]
        }
        LegalForce::Political => ["political", "політичне", "политическое", "politique"],
        LegalForce::Intent => ["intent", "намір", "намерение", "intention"],
        LegalForce::Sought => ["sought", "бажане", "желаемое", "recherché"],
        LegalForce::NotStated => ["not stated", "не вказано", "не указано", "non indiqué"],
    };
    pick(language, words)
}
