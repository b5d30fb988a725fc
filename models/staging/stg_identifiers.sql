-- One row per known link of two identifiers.
with kept as (
    {{ covey.kept_rows('identifiers') }}
),

phones_a_standardised as (
    {{ covey.standard_phones(
        'kept', "case when lower(id_type_a) = 'phone' then id_a end", column='phone_a'
    ) }}
),

phones_standardised as (
    {{ covey.standard_phones(
        'phones_a_standardised', "case when lower(id_type_b) = 'phone' then id_b end",
        column='phone_b'
    ) }}
),

final as (
    select
        lower(id_type_a) as id_type_a,
        {{ covey.standard_identifier('id_type_a', 'id_a', 'phone_a') }} as id_a,
        lower(id_type_b) as id_type_b,
        {{ covey.standard_identifier('id_type_b', 'id_b', 'phone_b') }} as id_b,
        source_system,
        seen_at
    from phones_standardised
)

select * from final
