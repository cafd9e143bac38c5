"""The first tables, written out: a step is history and does not follow the models."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.String(25).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
TABLES = sa.MetaData()


def words(name: str, *values: str) -> sa.Enum:
    """Text under a check constraint."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


challenge = sa.Table(
    "challenge",
    TABLES,
    sa.Column("nonce_hash", sa.String(64), nullable=False),
    sa.Column("expires_at", INSTANT, nullable=False),
    sa.PrimaryKeyConstraint("nonce_hash", name="pk_challenge"),
)
sa.Index("ix_challenge_expires_at", challenge.c.expires_at)
sa.Table(
    "clientkey",
    TABLES,
    sa.Column("client_id", sa.String(34), nullable=False),
    sa.Column("key_id", sa.String(64), nullable=False),
    sa.Column("public_jwk", sa.String(), nullable=False),
    sa.Column("created_at", INSTANT, nullable=False),
    sa.Column("closed_at", INSTANT, nullable=True),
    sa.PrimaryKeyConstraint("client_id", "key_id", name="pk_clientkey"),
)
deedreceipt = sa.Table(
    "deedreceipt",
    TABLES,
    sa.Column("caller_id", sa.String(34), nullable=False),
    sa.Column("key_hash", sa.String(64), nullable=False),
    sa.Column("body_hash", sa.String(64), nullable=False),
    sa.Column("node_id", sa.String(), nullable=True),
    sa.Column("answer", sa.String(), nullable=True),
    sa.Column("refusal_code", sa.String(), nullable=True),
    sa.Column("refusal_field", sa.String(), nullable=True),
    sa.Column("recorded_at", INSTANT, nullable=False),
    sa.PrimaryKeyConstraint("caller_id", "key_hash", name="pk_deedreceipt"),
)
sa.Index("ix_deedreceipt_recorded_at", deedreceipt.c.recorded_at)
sa.Table(
    "municipality",
    TABLES,
    sa.Column("code", sa.String(6), nullable=False),
    sa.Column("name", sa.String(), nullable=False),
    sa.Column("name_kana", sa.String(), nullable=False),
    sa.Column("name_en", sa.String(), nullable=False),
    sa.Column("prefecture", sa.String(), nullable=False),
    sa.Column("valid_from", sa.Date(), nullable=False),
    sa.Column("valid_to", sa.Date(), nullable=True),
    sa.Column("is_ours", sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint("code", name="pk_municipality"),
)
sa.Table(
    "revocationnumber",
    TABLES,
    sa.Column("issuer_key_id", sa.String(128), nullable=False),
    sa.Column("point_hash", sa.String(64), nullable=False),
    sa.Column("number", sa.String(49), nullable=False),
    sa.PrimaryKeyConstraint("issuer_key_id", "point_hash", name="pk_revocationnumber"),
)
spentassertion = sa.Table(
    "spentassertion",
    TABLES,
    sa.Column("client_id", sa.String(34), nullable=False),
    sa.Column("jti", sa.String(128), nullable=False),
    sa.Column("expires_at", INSTANT, nullable=False),
    sa.PrimaryKeyConstraint("client_id", "jti", name="pk_spentassertion"),
)
sa.Index("ix_spentassertion_expires_at", spentassertion.c.expires_at)
dutydoctor = sa.Table(
    "dutydoctor",
    TABLES,
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("municipality_code", sa.String(6), nullable=False),
    sa.Column("duty_date", sa.Date(), nullable=False),
    sa.Column("starts_minute", sa.Integer(), nullable=False),
    sa.Column("ends_minute", sa.Integer(), nullable=False),
    sa.Column("slot", words("dutyslot", "DAY", "NIGHT"), nullable=False),
    sa.Column("name", sa.String(), nullable=False),
    sa.Column("departments", sa.String(), nullable=False),
    sa.Column("address", sa.String(), nullable=False),
    sa.Column("phone", sa.String(), nullable=False),
    sa.Column("reception_note", sa.String(), nullable=True),
    sa.Column("source_url", sa.String(), nullable=False),
    sa.Column("published_at", INSTANT, nullable=False),
    sa.Column("revision", sa.Integer(), nullable=False),
    sa.Column("status", words("dutystatus", "CONFIRMED", "CHANGED", "CANCELLED"), nullable=False),
    sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name="fk_dutydoctor_municipality_code"),
    sa.PrimaryKeyConstraint("id", name="pk_dutydoctor"),
)
sa.Index("ix_dutydoctor_duty_date", dutydoctor.c.duty_date)
sa.Table(
    "family",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("municipality_code", sa.String(6), nullable=False),
    sa.Column("postal_code", sa.String(), nullable=False),
    sa.Column("address", sa.String(), nullable=False),
    sa.Column("phone", sa.String(), nullable=True),
    sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name="fk_family_municipality_code"),
    sa.PrimaryKeyConstraint("id", name="pk_family"),
)
sa.Table(
    "organisation",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column(
        "kind",
        words(
            "callerkind",
            "ANONYMOUS",
            "RESIDENT",
            "STAFF_HEALTH",
            "STAFF_TAXI",
            "STAFF_POINTS",
            "STAFF_REGISTRY",
            "STAFF_EDUCATION",
            "STATISTICIAN",
            "AUDITOR",
            "SUPERVISOR",
            "SYSTEM_ADMIN",
            "CLINIC",
            "SCHOOL",
            "TAXI_OPERATOR",
            "SHOP",
            "PARTNER_MUNICIPALITY",
        ),
        nullable=False,
    ),
    sa.Column("name", sa.String(), nullable=False),
    sa.Column("municipality_code", sa.String(6), nullable=False),
    sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name="fk_organisation_municipality_code"),
    sa.PrimaryKeyConstraint("id", name="pk_organisation"),
)
resident = sa.Table(
    "resident",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("family_id", sa.String(34), nullable=True),
    sa.Column("name", sa.String(), nullable=False),
    sa.Column("name_kana", sa.String(), nullable=False),
    sa.Column("birth_date", sa.Date(), nullable=False),
    sa.Column("sex", words("sex", "FEMALE", "MALE", "UNKNOWN"), nullable=False),
    sa.Column("died_on", sa.Date(), nullable=True),
    sa.Column("moved_out_on", sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(["family_id"], ["family.id"], name="fk_resident_family_id"),
    sa.PrimaryKeyConstraint("id", name="pk_resident"),
)
sa.Index("ix_resident_family_id", resident.c.family_id)
ride = sa.Table(
    "ride",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("organisation_id", sa.String(34), nullable=False),
    sa.Column("boarded_at", INSTANT, nullable=False),
    sa.Column("fare_yen", sa.Integer(), nullable=True),
    sa.Column("pick_up", sa.String(), nullable=False),
    sa.Column("drop_off", sa.String(), nullable=True),
    sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_ride_organisation_id"),
    sa.PrimaryKeyConstraint("id", name="pk_ride"),
)
sa.Index("ix_ride_boarded_at", ride.c.boarded_at)
sa.Index("ix_ride_organisation_id", ride.c.organisation_id)
sa.Table(
    "staffmember",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("organisation_id", sa.String(34), nullable=False),
    sa.Column(
        "kind",
        words(
            "callerkind",
            "ANONYMOUS",
            "RESIDENT",
            "STAFF_HEALTH",
            "STAFF_TAXI",
            "STAFF_POINTS",
            "STAFF_REGISTRY",
            "STAFF_EDUCATION",
            "STATISTICIAN",
            "AUDITOR",
            "SUPERVISOR",
            "SYSTEM_ADMIN",
            "CLINIC",
            "SCHOOL",
            "TAXI_OPERATOR",
            "SHOP",
            "PARTNER_MUNICIPALITY",
        ),
        nullable=False,
    ),
    sa.Column("name", sa.String(), nullable=False),
    sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_staffmember_organisation_id"),
    sa.PrimaryKeyConstraint("id", name="pk_staffmember"),
)
child = sa.Table(
    "child",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("resident_id", sa.String(34), nullable=True),
    sa.Column("family_id", sa.String(34), nullable=False),
    sa.Column("name", sa.String(), nullable=False),
    sa.Column("name_kana", sa.String(), nullable=False),
    sa.Column("birth_date", sa.Date(), nullable=False),
    sa.Column("sex", words("sex", "FEMALE", "MALE", "UNKNOWN"), nullable=False),
    sa.Column("allergies", sa.String(), nullable=True),
    sa.Column("died_on", sa.Date(), nullable=True),
    sa.Column("moved_out_on", sa.Date(), nullable=True),
    sa.Column("pregnancy_id", sa.String(34), nullable=True),
    sa.ForeignKeyConstraint(["family_id"], ["family.id"], name="fk_child_family_id"),
    sa.ForeignKeyConstraint(["pregnancy_id"], ["pregnancy.id"], name="fk_child_pregnancy_id"),
    sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name="fk_child_resident_id"),
    sa.PrimaryKeyConstraint("id", name="pk_child"),
    sa.UniqueConstraint("resident_id", name="uq_child_resident_id"),
)
sa.Index("ix_child_birth_date", child.c.birth_date)
sa.Index("ix_child_pregnancy_id", child.c.pregnancy_id)
sa.Index("ix_child_family_id", child.c.family_id)
credential = sa.Table(
    "credential",
    TABLES,
    sa.Column("lookup_key", sa.String(64), nullable=False),
    sa.Column("scheme", sa.String(20), nullable=False),
    sa.Column("pepper_version", sa.Integer(), nullable=False),
    sa.Column("resident_id", sa.String(34), nullable=False),
    sa.Column("created_at", INSTANT, nullable=False),
    sa.Column("last_used_at", INSTANT, nullable=True),
    sa.Column("closed_at", INSTANT, nullable=True),
    sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name="fk_credential_resident_id"),
    sa.PrimaryKeyConstraint("lookup_key", name="pk_credential"),
)
sa.Index("ix_credential_resident_id", credential.c.resident_id)
sa.Table(
    "pointaccount",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("resident_id", sa.String(34), nullable=False),
    sa.Column("municipality_code", sa.String(6), nullable=False),
    sa.Column("opened_on", sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name="fk_pointaccount_municipality_code"),
    sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name="fk_pointaccount_resident_id"),
    sa.PrimaryKeyConstraint("id", name="pk_pointaccount"),
    sa.UniqueConstraint("resident_id", name="uq_pointaccount_resident_id"),
)
protectionmeasure = sa.Table(
    "protectionmeasure",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("family_id", sa.String(34), nullable=False),
    sa.Column("counterparty_id", sa.String(34), nullable=False),
    sa.Column("valid_from", sa.Date(), nullable=False),
    sa.Column("valid_to", sa.Date(), nullable=False),
    sa.Column("recorded_at", INSTANT, nullable=False),
    sa.Column("recorded_by_id", sa.String(34), nullable=True),
    sa.Column("evidence", sa.String(), nullable=False),
    sa.Column("replaces_id", sa.String(34), nullable=True),
    sa.ForeignKeyConstraint(["counterparty_id"], ["resident.id"], name="fk_protectionmeasure_counterparty_id"),
    sa.ForeignKeyConstraint(["family_id"], ["family.id"], name="fk_protectionmeasure_family_id"),
    sa.ForeignKeyConstraint(["recorded_by_id"], ["staffmember.id"], name="fk_protectionmeasure_recorded_by_id"),
    sa.ForeignKeyConstraint(["replaces_id"], ["protectionmeasure.id"], name="fk_protectionmeasure_replaces_id"),
    sa.PrimaryKeyConstraint("id", name="pk_protectionmeasure"),
    sa.UniqueConstraint("replaces_id", name="uq_protectionmeasure_replaces_id"),
)
sa.Index("ix_protectionmeasure_counterparty_id", protectionmeasure.c.counterparty_id)
sa.Index("ix_protectionmeasure_family_id", protectionmeasure.c.family_id)
sa.Table(
    "rider",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("resident_id", sa.String(34), nullable=False),
    sa.Column("name", sa.String(), nullable=False),
    sa.Column(
        "eligibility",
        words(
            "eligibility",
            "AGE_75",
            "AGE_65_NO_LICENCE",
            "DISABILITY",
            "CARE_NEED",
            "ILLNESS",
            "PREGNANCY",
            "LICENCE_RETURNED",
        ),
        nullable=False,
    ),
    sa.Column("registered_on", sa.Date(), nullable=False),
    sa.Column("valid_to", sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name="fk_rider_resident_id"),
    sa.PrimaryKeyConstraint("id", name="pk_rider"),
    sa.UniqueConstraint("resident_id", name="uq_rider_resident_id"),
)
care = sa.Table(
    "care",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("organisation_id", sa.String(34), nullable=False),
    sa.Column("child_id", sa.String(34), nullable=True),
    sa.Column("pregnancy_id", sa.String(34), nullable=True),
    sa.Column("bond", words("bond", "PUPIL", "MOVED"), nullable=False),
    sa.Column("valid_from", sa.Date(), nullable=False),
    sa.Column("valid_to", sa.Date(), nullable=True),
    sa.CheckConstraint("(child_id IS NULL) <> (pregnancy_id IS NULL)", name="care_is_about_one"),
    sa.ForeignKeyConstraint(["child_id"], ["child.id"], name="fk_care_child_id"),
    sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_care_organisation_id"),
    sa.ForeignKeyConstraint(["pregnancy_id"], ["pregnancy.id"], name="fk_care_pregnancy_id"),
    sa.PrimaryKeyConstraint("id", name="pk_care"),
)
sa.Index("ix_care_child_id", care.c.child_id)
sa.Index("ix_care_pregnancy_id", care.c.pregnancy_id)
sa.Index("ix_care_organisation_id", care.c.organisation_id)
checkup = sa.Table(
    "checkup",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("child_id", sa.String(34), nullable=False),
    sa.Column(
        "kind",
        words(
            "checkupkind",
            "MONTH_1",
            "MONTHS_3_4",
            "MONTHS_6_7",
            "MONTHS_9_10",
            "MONTHS_18",
            "YEARS_3",
            "YEARS_5",
            "BEFORE_SCHOOL",
        ),
        nullable=False,
    ),
    sa.Column("checked_on", sa.Date(), nullable=False),
    sa.Column("weight_g", sa.Integer(), nullable=True),
    sa.Column("height_mm", sa.Integer(), nullable=True),
    sa.Column("head_mm", sa.Integer(), nullable=True),
    sa.Column("chest_mm", sa.Integer(), nullable=True),
    sa.Column("judgement", words("judgement", "HEALTHY", "OBSERVE", "GUIDANCE", "DETAILED_EXAM"), nullable=True),
    sa.Column("findings", sa.String(), nullable=True),
    sa.Column("development", sa.String(), nullable=True),
    sa.Column("dental", sa.String(), nullable=True),
    sa.Column("venue", sa.String(), nullable=True),
    sa.Column("organisation_id", sa.String(34), nullable=True),
    sa.Column("source_record_id", sa.String(), nullable=True),
    sa.ForeignKeyConstraint(["child_id"], ["child.id"], name="fk_checkup_child_id"),
    sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_checkup_organisation_id"),
    sa.PrimaryKeyConstraint("id", name="pk_checkup"),
)
sa.Index("checkup_by_child", checkup.c.child_id, checkup.c.checked_on, checkup.c.id)
sa.Index("ix_checkup_organisation_id", checkup.c.organisation_id)
grant = sa.Table(
    "grant",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("child_id", sa.String(34), nullable=True),
    sa.Column("pregnancy_id", sa.String(34), nullable=True),
    sa.Column("granted_by_id", sa.String(34), nullable=False),
    sa.Column("grantee_id", sa.String(34), nullable=False),
    sa.Column("field_groups", sa.String(), nullable=False),
    sa.Column("valid_from", sa.Date(), nullable=False),
    sa.Column("valid_to", sa.Date(), nullable=False),
    sa.Column("recorded_at", INSTANT, nullable=False),
    sa.Column("revoked_at", INSTANT, nullable=True),
    sa.Column("invitation_id", sa.String(34), nullable=True),
    sa.CheckConstraint("(child_id IS NULL) <> (pregnancy_id IS NULL)", name="grant_is_about_one"),
    sa.ForeignKeyConstraint(["child_id"], ["child.id"], name="fk_grant_child_id"),
    sa.ForeignKeyConstraint(["granted_by_id"], ["resident.id"], name="fk_grant_granted_by_id"),
    sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name="fk_grant_invitation_id"),
    sa.ForeignKeyConstraint(["pregnancy_id"], ["pregnancy.id"], name="fk_grant_pregnancy_id"),
    sa.PrimaryKeyConstraint("id", name="pk_grant"),
    sa.UniqueConstraint("invitation_id", name="uq_grant_invitation_id"),
)
sa.Index("ix_grant_child_id", grant.c.child_id)
sa.Index("ix_grant_pregnancy_id", grant.c.pregnancy_id)
sa.Index("ix_grant_grantee_id", grant.c.grantee_id)
growth = sa.Table(
    "growth",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("child_id", sa.String(34), nullable=False),
    sa.Column("measured_on", sa.Date(), nullable=False),
    sa.Column("weight_g", sa.Integer(), nullable=True),
    sa.Column("height_mm", sa.Integer(), nullable=True),
    sa.Column("head_mm", sa.Integer(), nullable=True),
    sa.Column("chest_mm", sa.Integer(), nullable=True),
    sa.Column("recorded_by_id", sa.String(34), nullable=False),
    sa.Column("recorded_at", INSTANT, nullable=False),
    sa.ForeignKeyConstraint(["child_id"], ["child.id"], name="fk_growth_child_id"),
    sa.PrimaryKeyConstraint("id", name="pk_growth"),
)
sa.Index("growth_by_child", growth.c.child_id, growth.c.measured_on, growth.c.id)
guardianship = sa.Table(
    "guardianship",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("child_id", sa.String(34), nullable=False),
    sa.Column("holder_id", sa.String(34), nullable=False),
    sa.Column(
        "kind",
        words(
            "guardianshipkind",
            "BIRTH_MOTHER",
            "LEGAL_FATHER",
            "AUTHORITY_SOLE",
            "AUTHORITY_JOINT",
            "AUTHORITY_SUSPENDED",
            "CUSTODIAN",
            "SPECIFIC_MATTER",
            "MINOR_GUARDIAN",
            "PROPERTY_GUARDIAN",
            "PLACEMENT",
            "ADOPTIVE_PARENT",
        ),
        nullable=False,
    ),
    sa.Column("valid_from", sa.Date(), nullable=False),
    sa.Column("valid_to", sa.Date(), nullable=True),
    sa.Column("recorded_at", INSTANT, nullable=False),
    sa.Column("recorded_by_id", sa.String(34), nullable=True),
    sa.Column("evidence", sa.String(), nullable=False),
    sa.Column("replaces_id", sa.String(34), nullable=True),
    sa.Column("is_sealed", sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(["child_id"], ["child.id"], name="fk_guardianship_child_id"),
    sa.ForeignKeyConstraint(["holder_id"], ["resident.id"], name="fk_guardianship_holder_id"),
    sa.ForeignKeyConstraint(["recorded_by_id"], ["staffmember.id"], name="fk_guardianship_recorded_by_id"),
    sa.ForeignKeyConstraint(["replaces_id"], ["guardianship.id"], name="fk_guardianship_replaces_id"),
    sa.PrimaryKeyConstraint("id", name="pk_guardianship"),
    sa.UniqueConstraint("replaces_id", name="uq_guardianship_replaces_id"),
)
sa.Index("ix_guardianship_child_id", guardianship.c.child_id)
sa.Index("ix_guardianship_holder_id", guardianship.c.holder_id)
pointentry = sa.Table(
    "pointentry",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("account_id", sa.String(34), nullable=False),
    sa.Column("kind", words("entrykind", "CONVERTED", "GRANTED", "SPENT", "REFUNDED", "EXPIRED"), nullable=False),
    sa.Column("points", sa.Integer(), nullable=False),
    sa.Column("posted_at", INSTANT, nullable=False),
    sa.Column("facility", sa.String(), nullable=True),
    sa.Column("organisation_id", sa.String(34), nullable=True),
    sa.ForeignKeyConstraint(["account_id"], ["pointaccount.id"], name="fk_pointentry_account_id"),
    sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_pointentry_organisation_id"),
    sa.PrimaryKeyConstraint("id", name="pk_pointentry"),
)
sa.Index("ix_pointentry_organisation_id", pointentry.c.organisation_id)
sa.Index("ix_pointentry_posted_at", pointentry.c.posted_at)
sa.Index("pointentry_by_account", pointentry.c.account_id, pointentry.c.posted_at, pointentry.c.id)
seat = sa.Table(
    "seat",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("ride_id", sa.String(34), nullable=False),
    sa.Column("rider_id", sa.String(34), nullable=False),
    sa.Column("organisation_id", sa.String(34), nullable=False),
    sa.Column("boarded_at", INSTANT, nullable=False),
    sa.Column("subsidy_yen", sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_seat_organisation_id"),
    sa.ForeignKeyConstraint(["ride_id"], ["ride.id"], name="fk_seat_ride_id"),
    sa.ForeignKeyConstraint(["rider_id"], ["rider.id"], name="fk_seat_rider_id"),
    sa.PrimaryKeyConstraint("id", name="pk_seat"),
)
sa.Index("ix_seat_organisation_id", seat.c.organisation_id)
sa.Index("ix_seat_ride_id", seat.c.ride_id)
sa.Index("ix_seat_rider_id", seat.c.rider_id)
vaccination = sa.Table(
    "vaccination",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("child_id", sa.String(34), nullable=False),
    sa.Column(
        "vaccine",
        words(
            "vaccine",
            "RV1",
            "RV5",
            "HEPB",
            "PCV7",
            "PCV13",
            "PCV15",
            "PCV20",
            "DPT_IPV_HIB",
            "DPT_IPV",
            "DPT",
            "IPV",
            "HIB",
            "BCG",
            "MR",
            "MEASLES_SINGLE",
            "RUBELLA_SINGLE",
            "VARICELLA",
            "JE",
            "DT",
            "HPV2",
            "HPV4",
            "HPV9",
            "RSV_MATERNAL",
            "MUMPS",
            "FLU_INACT",
            "FLU_LAIV",
        ),
        nullable=False,
    ),
    sa.Column("given_on", sa.Date(), nullable=False),
    sa.Column("lot", sa.String(), nullable=True),
    sa.Column("clinic", sa.String(), nullable=True),
    sa.Column("doctor", sa.String(), nullable=True),
    sa.Column("municipality_code", sa.String(6), nullable=True),
    sa.Column("organisation_id", sa.String(34), nullable=True),
    sa.Column("source_record_id", sa.String(), nullable=True),
    sa.ForeignKeyConstraint(["child_id"], ["child.id"], name="fk_vaccination_child_id"),
    sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_vaccination_organisation_id"),
    sa.PrimaryKeyConstraint("id", name="pk_vaccination"),
)
sa.Index("ix_vaccination_organisation_id", vaccination.c.organisation_id)
sa.Index("vaccination_by_child", vaccination.c.child_id, vaccination.c.given_on, vaccination.c.id)


invitation = sa.Table(
    "invitation",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("child_id", sa.String(34), nullable=True),
    sa.Column("pregnancy_id", sa.String(34), nullable=True),
    sa.Column("invited_by_id", sa.String(34), nullable=False),
    sa.Column("field_groups", sa.String(), nullable=False),
    sa.Column("valid_to", sa.Date(), nullable=False),
    sa.Column("code_hash", sa.String(64), nullable=False),
    sa.Column("invited_at", INSTANT, nullable=False),
    sa.Column("expires_at", INSTANT, nullable=False),
    sa.Column("accepted_at", INSTANT, nullable=True),
    sa.Column("revoked_at", INSTANT, nullable=True),
    sa.ForeignKeyConstraint(["child_id"], ["child.id"], name="fk_invitation_child_id"),
    sa.ForeignKeyConstraint(["invited_by_id"], ["resident.id"], name="fk_invitation_invited_by_id"),
    sa.ForeignKeyConstraint(["pregnancy_id"], ["pregnancy.id"], name="fk_invitation_pregnancy_id"),
    sa.PrimaryKeyConstraint("id", name="pk_invitation"),
    sa.UniqueConstraint("code_hash", name="uq_invitation_code_hash"),
)
for column in (invitation.c.child_id, invitation.c.pregnancy_id, invitation.c.invited_by_id):
    sa.Index(f"ix_invitation_{column.key}", column)
lifeevent = sa.Table(
    "lifeevent",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("kind", words("lifeeventkind", "BIRTH", "DEATH", "MOVED_OUT"), nullable=False),
    sa.Column("child_id", sa.String(34), nullable=True),
    sa.Column("resident_id", sa.String(34), nullable=True),
    sa.Column("happened_on", sa.Date(), nullable=True),
    sa.Column("recorded_at", INSTANT, nullable=False),
    sa.Column("recorded_by_id", sa.String(34), nullable=True),
    sa.Column("evidence", sa.String(), nullable=False),
    sa.Column("replaces_id", sa.String(34), nullable=True),
    sa.ForeignKeyConstraint(["child_id"], ["child.id"], name="fk_lifeevent_child_id"),
    sa.ForeignKeyConstraint(["recorded_by_id"], ["staffmember.id"], name="fk_lifeevent_recorded_by_id"),
    sa.ForeignKeyConstraint(["replaces_id"], ["lifeevent.id"], name="fk_lifeevent_replaces_id"),
    sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name="fk_lifeevent_resident_id"),
    sa.PrimaryKeyConstraint("id", name="pk_lifeevent"),
    sa.UniqueConstraint("replaces_id", name="uq_lifeevent_replaces_id"),
)
sa.Index("ix_lifeevent_child_id", lifeevent.c.child_id)
sa.Index("ix_lifeevent_resident_id", lifeevent.c.resident_id)
outbox = sa.Table(
    "outbox",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("kind", words("messagekind", "INVITATION", "EMERGENCY_LOOK"), nullable=False),
    sa.Column("recipient_id", sa.String(34), nullable=True),
    sa.Column("address", sa.String(320), nullable=True),
    sa.Column("about_id", sa.String(34), nullable=True),
    sa.Column("secret", sa.String(64), nullable=True),
    sa.Column("created_at", INSTANT, nullable=False),
    sa.Column("sent_at", INSTANT, nullable=True),
    sa.PrimaryKeyConstraint("id", name="pk_outbox"),
)
for column in (outbox.c.recipient_id, outbox.c.about_id, outbox.c.created_at):
    sa.Index(f"ix_outbox_{column.key}", column)
pregnancy = sa.Table(
    "pregnancy",
    TABLES,
    sa.Column("id", sa.String(34), nullable=False),
    sa.Column("mother_id", sa.String(34), nullable=False),
    sa.Column("notified_on", sa.Date(), nullable=False),
    sa.Column("due_on", sa.Date(), nullable=False),
    sa.Column("ended_on", sa.Date(), nullable=True),
    sa.Column("outcome", words("outcome", "BIRTH", "MISCARRIAGE", "STILLBIRTH"), nullable=True),
    sa.Column("organisation_id", sa.String(34), nullable=True),
    sa.ForeignKeyConstraint(["mother_id"], ["resident.id"], name="fk_pregnancy_mother_id"),
    sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_pregnancy_organisation_id"),
    sa.PrimaryKeyConstraint("id", name="pk_pregnancy"),
)
sa.Index("ix_pregnancy_mother_id", pregnancy.c.mother_id)
sa.Index("ix_pregnancy_organisation_id", pregnancy.c.organisation_id)


def upgrade() -> None:
    TABLES.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    TABLES.drop_all(op.get_bind(), checkfirst=False)
