-- One row per customer the models are fitted on: those first by key, which is a hash, so the sample
-- is random, yet the same on every engine and in every run.
{%- set days_since = ['recency_days', 'days_since_last_session', 'days_since_last_click'] %}
{%- set silence = '-1 * days_of_silence.silent_days' %}
with feature_matrix as (
    select
        *,
        row_number() over (order by customer_key) as sample_position
    from {{ ref('feature_matrix') }}
),

customer_groups as (
    select *
    from {{ ref('customer_groups') }}
),

-- What a customer never did is 100,000 days ago, so that least takes the others on any engine.
days_of_silence as (
    select
        customer_key,
        cast(
            least(
                {%- for feature in days_since %}
                coalesce({{ feature }}, 100000){{ ',' if not loop.last }}
                {%- endfor %}
            ) as {{ dbt.type_int() }}
        ) as silent_days
    from feature_matrix
),

final as (
    select
        feature_matrix.customer_key{% for group in covey.group_names() %},
        customer_groups.{{ group }}{% endfor %}{% for feature in covey.feature_names() %},
        feature_matrix.{{ feature }}{% endfor %},
        -- Not a feature: it tells whose data are new to a model that is moved by new data alone.
        case
            when days_of_silence.silent_days < 100000
                then cast({{ dbt.dateadd('day', silence, 'feature_matrix.as_of_date') }} as date)
        end as last_active_date
    from feature_matrix
    inner join customer_groups
        on feature_matrix.customer_key = customer_groups.customer_key
    inner join days_of_silence
        on feature_matrix.customer_key = days_of_silence.customer_key
    where feature_matrix.sample_position <= {{ var('covey_fit_sample_size') }}
)

select * from final
