-- One row per CRM record.
with kept as (
    {{ covey.kept_rows('customers') }}
),

code_aliases as (
    select
        code_type,
        alias,
        code
    from {{ ref('code_aliases') }}
),

coded as (
    select
        kept.*,
        genders.code as gender_code,
        countries.code as country_code,
        languages.code as language_code
    from kept
    left join code_aliases as genders
        on
            genders.code_type = 'gender'
            and {{ covey.code_alias('kept.gender', 'gender') }} = genders.alias
    left join code_aliases as countries
        on
            countries.code_type = 'country'
            and {{ covey.code_alias('kept.country', 'country') }} = countries.alias
    left join code_aliases as languages
        on
            languages.code_type = 'language'
            and {{ covey.code_alias('kept.language', 'language') }} = languages.alias
),

phones_standardised as (
    {{ covey.standard_phones('coded', 'phone', 'coalesce(country_code, country)') }}
),

final as (
    select
        customer_id,
        source_system,
        email,
        phone_e164 as phone,
        first_name,
        last_name,
        gender_code as gender,
        marital_status,
        address,
        city,
        region,
        postal_code,
        -- A country or language that no alias knows stays as it came: better odd than lost.
        coalesce(country_code, country) as country,
        coalesce(language_code, lower(language)) as language,
        loyalty_number,
        acquisition_channel,
        extra_attributes,
        income,
        household_size,
        latitude,
        longitude,
        -- The top-level domain .test is reserved for tests by RFC 2606.
        coalesce(is_test, false) or coalesce(email like '%.test', false) as is_test,
        phone is not null and phone_e164 is null as is_phone_unread,
        gender is not null and gender_code is null as is_gender_unknown,
        country is not null and country_code is null as is_country_unknown,
        birth_date,
        created_at,
        updated_at
    from phones_standardised
)

select * from final
