-- One row per customer who may be profiled: every feature as a number, null where it is missing.
with features_joined as (
    select *
    from {{ ref('int_features_joined') }}
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
    from features_joined
)

select * from final
