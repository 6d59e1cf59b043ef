// The names of the closed lists (event classes, phenomena, modalities, states, clocks), each in all four languages.
import type { Lang } from './types';

const ORDER: readonly Lang[] = ['en', 'uk', 'ru', 'fr'];
/** English, Ukrainian, Russian, French: a name with a language missing does not compile. */
type InAll = readonly [string, string, string, string];

const EVENTS: Record<string, InAll> = {
  small_arms: ['Small arms', 'Стрілецька зброя', 'Стрелковое оружие', 'Armes légères'],
  shelling: ['Shelling', 'Обстріл', 'Обстрел', 'Tirs d’obus'],
  explosion: ['Explosion', 'Вибух', 'Взрыв', 'Explosion'],
  air_strike: ['Air strike', 'Удар із повітря', 'Удар с воздуха', 'Frappe aérienne'],
  drone_strike: ['Drone strike', 'Удар дрона', 'Удар дрона', 'Frappe de drone'],
  missile_strike: ['Missile strike', 'Ракетний удар', 'Ракетный удар', 'Frappe de missile'],
  clash: ['Clash', 'Сутичка', 'Столкновение', 'Accrochage'],
  mixed_fire: ['Mixed fire', 'Змішаний вогонь', 'Смешанный огонь', 'Tirs mêlés'],
  drone_flight: ['Drone flight', 'Політ дрона', 'Полёт дрона', 'Vol de drone'],
  drone_in_flight: ['Drone in flight', 'Дрон у польоті', 'Дрон в полёте', 'Drone en vol'],
  aircraft_flight: ['Aircraft flight', 'Політ літака', 'Полёт самолёта', 'Vol d’aéronef'],
  aircraft_in_flight: ['Aircraft in flight', 'Літак у польоті', 'Самолёт в полёте', 'Aéronef en vol'],
  heavy_weapon: ['Heavy weapon', 'Важке озброєння', 'Тяжёлое вооружение', 'Arme lourde'],
  military_presence: ['Military presence', 'Військова присутність', 'Военное присутствие', 'Présence militaire'],
  fire: ['Fire', 'Пожежа', 'Пожар', 'Incendie'],
  thermal_anomaly: ['Thermal anomaly', 'Теплова аномалія', 'Тепловая аномалия', 'Anomalie thermique'],
  blasting: ['Blasting', 'Підривні роботи', 'Взрывные работы', 'Tirs de mine'],
  blast: ['Blast', 'Підрив', 'Подрыв', 'Tir de mine'],
  quarry_blast: ['Quarry blast', 'Підрив у кар’єрі', 'Взрыв в карьере', 'Tir de carrière'],
  thunder: ['Thunder', 'Грім', 'Гром', 'Tonnerre'],
  vessel: ['Vessel', 'Судно', 'Судно', 'Navire'],
  harm: ['Harm', 'Шкода', 'Ущерб', 'Préjudice'],
  casualties: ['Casualties', 'Постраждалі', 'Пострадавшие', 'Victimes'],
  damage: ['Damage', 'Пошкодження', 'Повреждения', 'Dégâts'],
  impediment: ['Impediment', 'Перешкода спостереженню', 'Помеха наблюдению', 'Entrave'],
  power_loss: ['Loss of power', 'Знеструмлення', 'Отключение энергии', 'Coupure de courant'],
  radiation: ['Radiation', 'Радіація', 'Радиация', 'Radiation'],
  dose_rate: ['Dose rate', 'Потужність дози', 'Мощность дозы', 'Débit de dose'],
  air_alert: ['Air-raid alert', 'Повітряна тривога', 'Воздушная тревога', 'Alerte aérienne'],
  impact: ['Impact', 'Влучання', 'Попадание', 'Impact'],
  launch: ['Launch', 'Пуск', 'Пуск', 'Départ de tir'],
  projectile: ['Projectile', 'Снаряд у польоті', 'Снаряд в полёте', 'Projectile'],
  muzzle_flash: ['Muzzle flash', 'Дульний спалах', 'Дульная вспышка', 'Lueur de bouche'],
  illumination_flare: ['Illumination flare', 'Освітлювальна ракета', 'Осветительная ракета', 'Fusée éclairante'],
  tracer_round: ['Tracer round', 'Трасувальний набій', 'Трассирующий заряд', 'Balle traçante'],
  burst: ['Burst', 'Черга', 'Очередь', 'Rafale'],
  shot: ['Shot', 'Постріл', 'Выстрел', 'Coup de feu'],
  plume: ['Smoke or dust', 'Дим чи пил', 'Дым или пыль', 'Fumée ou poussière'],
  ground_change: ['Changed ground', 'Зміна ґрунту', 'Изменение грунта', 'Sol modifié'],
  other: ['Other', 'Інше', 'Другое', 'Autre'],
};

const MODALITIES: Record<string, InAll> = {
  acoustic: ['Acoustic', 'Акустика', 'Акустика', 'Acoustique'],
  seismic: ['Seismic', 'Сейсміка', 'Сейсмика', 'Sismique'],
  infrasound: ['Infrasound', 'Інфразвук', 'Инфразвук', 'Infrason'],
  camera: ['Camera', 'Камера', 'Камера', 'Caméra'],
  thermal_camera: ['Thermal camera', 'Тепловізор', 'Тепловизор', 'Caméra thermique'],
  radar: ['Radar', 'Радар', 'Радар', 'Radar'],
  radio: ['Radio', 'Радіоконтроль', 'Радиоконтроль', 'Radio'],
  uav: ['Mission aircraft', 'Безпілотник місії', 'Беспилотник миссии', 'Drone de la mission'],
  optical_satellite: ['Optical satellite', 'Оптичний супутник', 'Оптический спутник', 'Satellite optique'],
  sar_satellite: ['Radar satellite', 'Радарний супутник', 'Радарный спутник', 'Satellite radar'],
  thermal_satellite: ['Thermal satellite', 'Тепловий супутник', 'Тепловой спутник', 'Satellite thermique'],
  ais: ['AIS', 'AIS', 'AIS', 'AIS'],
  adsb: ['ADS-B', 'ADS-B', 'ADS-B', 'ADS-B'],
  radiation: ['Radiation monitor', 'Датчик радіації', 'Датчик радиации', 'Radiamètre'],
  patrol: ['Patrol', 'Патруль', 'Патруль', 'Patrouille'],
  mission_table: ['Mission table', 'Таблиця місії', 'Таблица миссии', 'Tableau de la mission'],
  open_source: ['Open source', 'Відкрите джерело', 'Открытый источник', 'Source ouverte'],
  party_report: ['Party report', 'Повідомлення сторони', 'Сообщение стороны', 'Rapport d’une partie'],
  public_report: ['Public report', 'Повідомлення громадськості', 'Сообщение общественности', 'Rapport du public'],
  telemetry: ['Telemetry', 'Телеметрія', 'Телеметрия', 'Télémesure'],
};

const STATES: Record<string, InAll> = {
  candidate: ['Candidate', 'Кандидат', 'Кандидат', 'À examiner'],
  dismissed: ['Dismissed', 'Відхилено', 'Отклонено', 'Écarté'],
  merged: ['Merged', 'Об’єднано', 'Объединено', 'Fusionné'],
  under_verification: ['Under verification', 'Перевіряється', 'Проверяется', 'En vérification'],
  verified: ['Verified', 'Перевірено', 'Проверено', 'Vérifié'],
  determined: ['Determined', 'Ухвалено рішення', 'Принято решение', 'Décidé'],
  notified: ['Notified', 'Сторони повідомлено', 'Стороны уведомлены', 'Notifié'],
  closed: ['Closed', 'Закрито', 'Закрыто', 'Clos'],
};

const CLOCKS: Record<string, InAll> = {
  triage: ['First look', 'Перший розгляд', 'Первое рассмотрение', 'Premier examen'],
  answer_24h: ['Answer within 24 h', 'Відповідь за 24 год', 'Ответ за 24 ч', 'Réponse sous 24 h'],
  full_72h: ['Full response within 72 h', 'Повна реакція за 72 год', 'Полная реакция за 72 ч', 'Réponse complète sous 72 h'],
};

const KINDS = { event: EVENTS, modality: MODALITIES, state: STATES, clock: CLOCKS };
export type NameKind = keyof typeof KINDS;

/** The word for a name; one that nobody translated is shown as it came, with spaces for underscores. */
export function nameIn(lang: Lang, kind: NameKind, name: string): string {
  const known = KINDS[kind][name]?.[ORDER.indexOf(lang)];
  if (known !== undefined) return known;
  const plain = name.replaceAll('_', ' ');
  return plain.charAt(0).toLocaleUpperCase(lang) + plain.slice(1);
}

export const isModality = (name: string): boolean => Object.hasOwn(MODALITIES, name);
