{#- Prints, as a JSON list, the days that `covey backfill` builds, the earliest first: the last days of
    the covey_backfill_periods periods before the present one, as far as there are data, without those
    that customer_feature_history has. -#}
{% macro covey_backfill_dates() %}
    {%- set period = covey.setting('covey_period') -%}
    {%- set present = run_query(
        'select ' ~ covey.period_start('as_of_date') ~ ' as start_date, '
        ~ '(select min(activity_date) from ' ~ ref('int_input_days')
        ~ ' where kept_row_count > 0) as first_date from ' ~ ref('int_as_of')
    ).rows[0] -%}
    {%- set history = load_relation(ref('customer_feature_history')) -%}
    {%- set known = run_query('select distinct as_of_date from ' ~ history).columns[0].values()
        if history else [] -%}
    {%- set one_day = modules.datetime.timedelta(days=1) -%}
    {%- set dates = [] -%}
    {%- set last = namespace(day=present[0] - one_day if present[0]) -%}
    {%- for _ in range(covey.setting('covey_backfill_periods') | int)
        if last.day and last.day >= present[1] -%}
        {%- if last.day not in known -%}{%- do dates.insert(0, last.day | string) -%}{%- endif -%}
        {%- set days = {'day': 1, 'week': 7, 'month': last.day.day}[period] -%}
        {%- set last.day = last.day - one_day * days -%}
    {%- endfor -%}
    {{ print(tojson(dates)) }}
{% endmacro %}
