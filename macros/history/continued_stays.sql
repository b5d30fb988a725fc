{#- CTEs of a table that is a log of stays in a state: who (`key`) was in which `state`, from which day to
    which. The table has the `columns` (name -> type), as_of_date, valid_from and valid_to among them.
    Reads the CTE current_states: of each key its state as of this run, and the `latest` columns, which a
    stay has from the last run that found it. A row of which `still_asked_for` does not hold is dropped.

    - stays_continued: the stays recorded so far, with what this run says of them.
    - stays_to_begin: the rows of current_states whose state is new to the key, with as_of_date, and
      the last stay before it as last_<column>, all null where there is none.

    A second run as of a day decides that day anew; a run as of an earlier day changes nothing. -#}
{% macro continued_stays(columns, key, state, latest, still_asked_for='true') -%}
{%- set kept = columns | reject('in', latest + ['valid_to', 'as_of_date']) | list -%}
as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

customers as (
    select customer_key
    from {{ ref('int_customers_resolved') }}
),

profiled_customers as (
    select customer_key
    from {{ ref('int_customers_profiled') }}
),

-- This table as the last run left it.
recorded_before as (
    {{ covey.last_run_rows(columns) | indent }}
),

-- Inner, not left: who was erased or merged is not remembered, and who may not be profiled any more
-- is not either. A run that looks back cannot tell the latter from who was not known yet.
recorded as (
    select recorded_before.*
    from recorded_before
    cross join as_of
    inner join customers
        on recorded_before.customer_key = customers.customer_key
    left join profiled_customers
        on recorded_before.customer_key = profiled_customers.customer_key
    where
        (
            profiled_customers.customer_key is not null
            or as_of.as_of_date < recorded_before.as_of_date
        )
        and {{ still_asked_for }}
),

recorded_day as (
    select max(as_of_date) as as_of_date
    from recorded
),

-- A run as of an earlier day than the last one recorded only looks back.
this_day as (
    select as_of.as_of_date
    from as_of
    cross join recorded_day
    where recorded_day.as_of_date is null or as_of.as_of_date >= recorded_day.as_of_date
),

-- What was recorded as of this day is decided anew: a second run finds what the first one found.
known_stays as (
    select
        {%- for column in kept + latest %}
        recorded.{{ column }},
        {%- endfor %}
        case
            when this_day.as_of_date is null or recorded.valid_to < this_day.as_of_date
                then recorded.valid_to
        end as valid_to,
        coalesce(this_day.as_of_date, recorded.as_of_date) as as_of_date,
        this_day.as_of_date is null as is_looking_back,
        row_number() over (
            partition by recorded.{{ key | join(', recorded.') }} order by recorded.valid_from desc
        ) as stay_rank
    from recorded
    left join this_day
        on true
    where this_day.as_of_date is null or recorded.valid_from < this_day.as_of_date
),

stays_continued as (
    select
        {%- for column in kept %}
        known_stays.{{ column }},
        {%- endfor %}
        {%- for column in latest %}
        coalesce(current_states.{{ column }}, known_stays.{{ column }}) as {{ column }},
        {%- endfor %}
        case
            when
                known_stays.valid_to is null
                and not known_stays.is_looking_back
                and current_states.{{ state }} is null
                then known_stays.as_of_date
            else known_stays.valid_to
        end as valid_to,
        known_stays.as_of_date
    from known_stays
    left join current_states
        on
            known_stays.{{ state }} = current_states.{{ state }}
            {%- for column in key %}
            and known_stays.{{ column }} = current_states.{{ column }}
            {%- endfor %}
            and known_stays.valid_to is null
            and not known_stays.is_looking_back
),

stays_to_begin as (
    select
        current_states.*,
        {%- for column in kept + latest + ['valid_to'] %}
        known_stays.{{ column }} as last_{{ column }},
        {%- endfor %}
        this_day.as_of_date
    from current_states
    cross join this_day
    left join known_stays
        on
            known_stays.stay_rank = 1
            {%- for column in key %}
            and known_stays.{{ column }} = current_states.{{ column }}
            {%- endfor %}
    where
        known_stays.{{ state }} is null
        or known_stays.valid_to is not null
        or known_stays.{{ state }} <> current_states.{{ state }}
)
{%- endmacro %}
