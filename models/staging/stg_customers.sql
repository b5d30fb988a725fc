-- One row per CRM record.
with kept as (
    {{ covey.kept_rows('customers') }}
),

base_customers as (
    select
        *,
        lower(gender) as gender_alias,
        lower(country) as country_alias
    from kept
),

code_aliases as (
    select
        code_type,
        alias,
        code
    from {{ ref('code_aliases') }}
),

final as (
    select
        base_customers.customer_id,
        base_customers.source_system,
        base_customers.email,
        {{ covey.standard_phone('base_customers.phone') }} as phone,
        base_customers.first_name,
        base_customers.last_name,
        genders.code as gender,
        base_customers.marital_status,
        base_customers.address,
        base_customers.city,
        base_customers.region,
        base_customers.postal_code,
        -- A country that no alias knows stays as it came: better odd than lost.
        coalesce(countries.code, base_customers.country) as country,
        base_customers.language,
        base_customers.loyalty_number,
        base_customers.acquisition_channel,
        base_customers.extra_attributes,
        base_customers.income,
        base_customers.household_size,
        base_customers.latitude,
        base_customers.longitude,
        -- The top-level domain .test is reserved for tests by RFC 2606.
        coalesce(base_customers.is_test, false)
        or coalesce(lower(trim(base_customers.email)) like '%.test', false) as is_test,
        base_customers.birth_date,
        base_customers.created_at,
        base_customers.updated_at
    from base_customers
    left join code_aliases as genders
        on
            genders.code_type = 'gender'
            and base_customers.gender_alias = genders.alias
    left join code_aliases as countries
        on
            countries.code_type = 'country'
            and base_customers.country_alias = countries.alias
)

select * from final
