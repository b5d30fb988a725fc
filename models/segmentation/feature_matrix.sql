-- One row per customer who may be profiled: every feature as a number, null where it is missing.
with customer_features as (
    select *
    from {{ ref('customer_features') }}
),

final as (
    select
        customer_key,
        {%- for feature in covey.feature_names() %}
        case
            when {{ covey.is_finite('cast(' ~ feature ~ ' as ' ~ covey.type_double() ~ ')') }}
                then cast({{ feature }} as {{ covey.type_double() }})
        end as {{ feature }},
        {%- endfor %}
        as_of_date
    from customer_features
)

select * from final
