-- One row per run, input and column: a log, to which each run adds what came in and how it changed.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    full_refresh=false,
) }}
{%- set bounds = covey.profile_bounds() %}
{%- set began_at = run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f') %}
{%- set profiled_at = "cast('" ~ began_at ~ "' as timestamp)" %}
with int_input_columns_measured as (
    select
        *,
        row_count - value_count as null_count,
        {{ covey.share('row_count - value_count', 'row_count') }} as null_share,
        {{ covey.share('unparsable_count', 'row_count') }} as unparsable_share,
        data_type in ('date', 'timestamp') and not is_value_hidden as is_moment
    from {{ ref('int_input_columns_measured') }}
),

int_input_values_counted as (
    select
        *,
        '{"value": ' || {{ covey.json_string('column_value') }} || ',' as value_key,
        ' "count": ' || cast(value_count as varchar) || '}' as count_key
    from {{ ref('int_input_values_counted') }}
),

logged_runs as (
    {%- if is_incremental() %}
    select
        *,
        row_number() over (
            partition by input, column_name
            order by profiled_at desc, run_id desc
        ) as runs_ago
    from {{ this }}
    {%- else %}
    select
        input,
        column_name,
        cast(null as varchar) as run_id,
        max_value,
        cast(null as varchar) as categories,
        row_count,
        sampled_row_count,
        null_count,
        null_share,
        cast(null as timestamp) as profiled_at,
        1 as runs_ago
    from int_input_columns_measured
    where 1 = 0
    {%- endif %}
),

last_run as (
    select *
    from logged_runs
    where runs_ago = 1
),

-- A new value counts once it is common: rare ones come and go.
values_compared as (
    select
        int_input_values_counted.*,
        int_input_values_counted.is_category
        and {{ dbt.position('int_input_values_counted.value_key', 'last_run.categories') }} = 0
        and int_input_values_counted.value_count
        >= {{ bounds.new_category_share }} * int_input_columns_measured.sampled_row_count as is_new
    from int_input_values_counted
    inner join int_input_columns_measured
        on
            int_input_values_counted.input = int_input_columns_measured.input
            and int_input_values_counted.column_name = int_input_columns_measured.column_name
    left join last_run
        on
            int_input_values_counted.input = last_run.input
            and int_input_values_counted.column_name = last_run.column_name
),

values_listed as (
    select
        input,
        column_name,
        min(case when is_category then column_value end) as min_category,
        max(case when is_category then column_value end) as max_category,
        '[' || {{ dbt.listagg(
            "case when value_rank <= 5 then value_key || count_key end", "', '",
            "order by value_rank"
        ) }} || ']' as top_values,
        '[' || {{ dbt.listagg(
            "case when is_category then value_key || count_key end", "', '",
            "order by value_rank"
        ) }} || ']' as categories,
        '[' || {{ dbt.listagg(
            "case when is_new then value_key || count_key end", "', '",
            "order by value_rank"
        ) }} || ']' as new_values
    from values_compared
    group by input, column_name
),

compared as (
    select
        int_input_columns_measured.*,
        values_listed.min_category,
        values_listed.max_category,
        values_listed.top_values,
        values_listed.categories,
        values_listed.new_values,
        last_run.run_id as previous_run_id,
        last_run.categories as previous_categories,
        last_run.row_count as previous_row_count,
        last_run.sampled_row_count as previous_sampled_row_count,
        last_run.null_share as previous_null_share,
        {{ covey.share(
            'int_input_columns_measured.null_count + last_run.null_count',
            'int_input_columns_measured.row_count + last_run.row_count'
        ) }} as common_null_share,
        last_run.profiled_at as previous_profiled_at,
        {{ covey.try_cast('last_run.max_value', 'timestamp') }} as previous_newest_at,
        {{ covey.try_cast('int_input_columns_measured.max_value', 'timestamp') }} as newest_at
    from int_input_columns_measured
    left join values_listed
        on
            int_input_columns_measured.input = values_listed.input
            and int_input_columns_measured.column_name = values_listed.column_name
    left join last_run
        on
            int_input_columns_measured.input = last_run.input
            and int_input_columns_measured.column_name = last_run.column_name
),

judged as (
    select
        *,
        case
            when previous_run_id is null then 'first run'
            when row_count < {{ bounds.least_rows_ratio }} * previous_row_count then 'volume fell'
            when row_count > {{ bounds.most_rows_ratio }} * previous_row_count then 'volume rose'
            else 'ok'
        end as volume_verdict,
        case
            when previous_run_id is null then 'first run'
            when not is_moment or newest_at is null or previous_newest_at is null then 'not judged'
            when newest_at < previous_newest_at then 'moved backwards'
            {%- for still_input in bounds.still_inputs %}
            when input = '{{ still_input }}' then 'not judged'
            {%- endfor %}
            -- A moment that lies ahead, such as an expiry, stands still for good reasons.
            when newest_at > {{ profiled_at }} then 'not judged'
            when
                newest_at = previous_newest_at
                and {{ covey.seconds_between('previous_profiled_at', profiled_at) }}
                >= 3600 * {{ bounds.stale_after_hours }}
                then 'stale'
            else 'ok'
        end as freshness_verdict,
        case
            when previous_run_id is null then 'first run'
            when null_share is null or previous_null_share is null then 'not judged'
            when
                null_share - previous_null_share > {{ bounds.null_share_rise }}
                and null_share - previous_null_share > {{ bounds.standard_errors }} * sqrt(
                    common_null_share * (1 - common_null_share)
                    * (1.0 / sampled_row_count + 1.0 / previous_sampled_row_count)
                )
                then 'more nulls'
            else 'ok'
        end as null_share_verdict,
        case
            when previous_run_id is null then 'first run'
            when categories is null or previous_categories is null then 'not judged'
            when new_values is not null then 'new category'
            else 'ok'
        end as new_category_verdict
    from compared
),

final as (
    select
        '{{ invocation_id }}' as run_id,
        input,
        column_name,
        data_type,
        coalesce(min_value, min_category) as min_value,
        coalesce(max_value, max_category) as max_value,
        p05,
        p25,
        p50,
        p75,
        p95,
        top_values,
        categories,
        new_values,
        previous_run_id,
        volume_verdict,
        freshness_verdict,
        null_share_verdict,
        new_category_verdict,
        case
            when volume_verdict in ('first run', 'volume fell') then volume_verdict
            when freshness_verdict = 'moved backwards' then freshness_verdict
            when null_share_verdict = 'more nulls' then null_share_verdict
            when freshness_verdict = 'stale' then freshness_verdict
            when volume_verdict = 'volume rose' then volume_verdict
            when new_category_verdict = 'new category' then new_category_verdict
            else 'ok'
        end as anomaly_verdict,
        row_count,
        sampled_row_count,
        null_count,
        unparsable_count,
        distinct_count,
        row_count - previous_row_count as row_count_change,
        cast(null_share as {{ covey.type_double() }}) as null_share,
        cast(unparsable_share as {{ covey.type_double() }}) as unparsable_share,
        is_value_hidden,
        {{ profiled_at }} as profiled_at
    from judged
)

select * from final
